"""The files of one invented shift, each from the encoders beside this file and the values in `planted`."""

import struct
from collections.abc import Callable

from . import exif, jpeg, mp4, planted, png, wav
from .canvas import Canvas, plaza, screen
from .planted import MOTION_PHOTO, NOTE, PHONE_ONE, PHONE_TWO, PHOTO, SCREENSHOT, SOUND, VIDEO

# 2026-06-13T01:12:40Z and 01:13:05Z in seconds since 1904-01-01, the epoch of MP4.
_MOTION_CREATED = 1_781_313_160 + 2_082_844_800
_VIDEO_CREATED = _MOTION_CREATED + 25
# A little more sky, so that the small pictures, whose sides are multiples of 16, are not squeezed.
_WHOLE = (0, -16, 320, 240)

_XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:xmpMM="http://ns.adobe.com/xap/1.0/mm/" xmlns:GCamera="http://ns.google.com/photos/1.0/camera/"
 xmlns:Container="http://ns.google.com/photos/1.0/container/"
 xmlns:Item="http://ns.google.com/photos/1.0/container/item/"
 xmpMM:DocumentID="{document}" GCamera:MotionPhoto="1" GCamera:MotionPhotoVersion="1"
 GCamera:MotionPhotoPresentationTimestampUs="500000">
<dc:creator><rdf:Seq><rdf:li>{creator}</rdf:li></rdf:Seq></dc:creator>
<Container:Directory><rdf:Seq>
<rdf:li rdf:parseType="Resource"><Container:Item Item:Mime="image/jpeg" Item:Semantic="Primary"/></rdf:li>
<rdf:li rdf:parseType="Resource"><Container:Item Item:Mime="video/mp4" Item:Semantic="MotionPhoto"
 Item:Length="{length}"/></rdf:li>
</rdf:Seq></Container:Directory>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>"""

_NOTE = """demo note, written after the shift. Everything in it is invented.

18:10  Patrol car stops beside the plaza. Two officers get out, badges D-001 and D-002.
18:12  Two pictures. P1 is asked for identification and asks: "Am I free to leave?"
18:13  Video. D-001 takes P1 by the left arm. P1 says: "I do not consent to a search."
18:14  Sound recording started beside the tree.
18:21  D-002 puts handcuffs on P1. No reason heard.
18:24  The car leaves with P1. Follow-up: find out where P1 was taken.
"""


def _shot(file: str, device: planted.Device, subsecond: str, orientation: int, thumbnail: bytes) -> exif.Shot:
    local = planted.of(file, "ExifIFD:DateTimeOriginal")
    minutes_and_seconds = local[-5:]
    return exif.Shot(
        device=device,
        artist=planted.of(file, "IFD0:Artist"),
        position=planted.POSITIONS[file],
        local=local,
        utc=planted.of(file, "GPS:GPSDateStamp") + " 01:" + minutes_and_seconds,
        zone=planted.of(file, "ExifIFD:OffsetTimeOriginal"),
        subsecond=subsecond,
        orientation=orientation,
        unique_id=planted.of(file, "ExifIFD:ImageUniqueID"),
        size=(320, 240),
        thumbnail=thumbnail,
    )


def photo() -> bytes:
    """A photograph with full EXIF and a comment."""
    shot = _shot(PHOTO, PHONE_ONE, "204", 1, jpeg.encode(plaza(Canvas(160, 128, _WHOLE))))
    comment = planted.of(PHOTO, "File:Comment").encode()
    extra = [jpeg.segment(0xE1, exif.block(shot)), jpeg.segment(0xFE, comment)]
    return jpeg.encode(plaza(Canvas(320, 240)), extra)


def motion_photo() -> bytes:
    """A cropped upright photograph that gives away more than it shows.

    Its thumbnail still has the bystander who was cropped away, and a short video of the whole scene stands
    behind the picture.
    """
    wide = plaza(Canvas(96, 128, (105, 0, 285, 240)), 4)
    shot = _shot(MOTION_PHOTO, PHONE_TWO, "517", 6, jpeg.encode(wide.turned()))
    frames = [jpeg.encode(plaza(Canvas(160, 128, _WHOLE), moment)) for moment in range(0, 10, 2)]
    trailer = mp4.encode([mp4.pictures(frames, 200, (160, 128))], _MOTION_CREATED)
    packet = _XMP.format(
        creator=planted.of(MOTION_PHOTO, "XMP-dc:Creator"),
        document=planted.of(MOTION_PHOTO, "XMP-xmpMM:DocumentID"),
        length=len(trailer),
    )
    described = b"http://ns.adobe.com/xap/1.0/\x00" + packet.encode()
    extra = [jpeg.segment(0xE1, exif.block(shot)), jpeg.segment(0xE1, described)]
    return jpeg.encode(plaza(Canvas(240, 320, (135, 30, 285, 230)), 4).turned(), extra) + trailer


def video() -> bytes:
    """Two seconds of Motion JPEG with a position for the whole and a track of positions."""
    frames = [jpeg.encode(plaza(Canvas(320, 240), moment)) for moment in range(20)]
    tracks = [mp4.pictures(frames, 100, (320, 240)), mp4.positions(planted.TRACK, 500)]
    about = [
        mp4.said(b"\xa9xyz", planted.POSITIONS[VIDEO].iso6709),
        mp4.said(b"\xa9mak", planted.of(VIDEO, "UserData:Make")),
        mp4.said(b"\xa9mod", planted.of(VIDEO, "UserData:Model")),
        mp4.said(b"\xa9cmt", planted.of(VIDEO, "UserData:Comment")),
    ]
    named = {
        "com.android.version": planted.of(VIDEO, "Keys:AndroidVersion"),
        "com.android.manufacturer": planted.of(VIDEO, "key com.android.manufacturer"),
        "com.android.model": planted.of(VIDEO, "Keys:AndroidModel"),
    }
    return mp4.encode(tracks, _VIDEO_CREATED, [mp4.box(b"udta", *about), mp4.keys(named)])


def screenshot() -> bytes:
    """A screenshot with texts in Latin-1 and in UTF-8, and a time."""
    extra = [
        png.text("Software", planted.of(SCREENSHOT, "PNG:Software")),
        png.text("Author", planted.of(SCREENSHOT, "PNG:Author")),
        png.text("Creation Time", planted.of(SCREENSHOT, "PNG:CreationTime")),
        png.international("Description", planted.of(SCREENSHOT, "PNG:Description-es"), "es"),
        png.chunk(b"tIME", struct.pack(">HBBBBB", 2026, 6, 13, 1, 30, 5)),
    ]
    return png.encode(screen(), extra)


def sound() -> bytes:
    """Two seconds of a tone with the notes of its recorder."""
    day = planted.of(SOUND, "RIFF:DateCreated")
    description, originator, reference = (
        planted.of(SOUND, f"RIFF:{name}") for name in ("Description", "Originator", "OriginatorReference")
    )
    info = {
        "IART": planted.of(SOUND, "RIFF:Artist"),
        "ICMT": planted.of(SOUND, "RIFF:Comment"),
        "ICRD": day,
        "ISFT": planted.of(SOUND, "RIFF:Software"),
    }
    bext = wav.broadcast(description, originator, reference, day, "18:14:10")
    return wav.encode(wav.tone(2), bext, info)


def note() -> bytes:
    """The note of the shift, as text."""
    return _NOTE.encode("utf-8")


MAKERS: dict[str, Callable[[], bytes]] = {
    PHOTO: photo,
    MOTION_PHOTO: motion_photo,
    VIDEO: video,
    SCREENSHOT: screenshot,
    SOUND: sound,
    NOTE: note,
}
