"""Every value that is planted in the sample media: the makers write it, tests look for it.

All of it is invented. The place is a public square (Frank Ogawa Plaza, Oakland); each file stands a few
metres from the next, so that a position which turns up somewhere names the file it came from.
"""

from dataclasses import dataclass

PHOTO = "IMG_20260612_181203.jpg"
# This maker's phones name files by UTC, so the name says the day after the local date. That is on purpose.
MOTION_PHOTO = "DCIM/100MEDIA/PXL_20260613_011240517.MP.jpg"
VIDEO = "VID_20260612_181305.mp4"
SCREENSHOT = "Screenshot_20260612-183005.png"
SOUND = "REC_20260612_181410.wav"
NOTE = "shift-note.txt"
FILES = (PHOTO, MOTION_PHOTO, VIDEO, SCREENSHOT, SOUND, NOTE)


@dataclass(frozen=True, slots=True)
class Position:
    """WGS 84, in millionths of a degree, so that no arithmetic is done in floats."""

    latitude: int
    longitude: int
    metres: int

    @property
    def iso6709(self) -> str:
        """As Android writes it into videos, e.g. `+37.8055-122.2723/`."""
        return f"{self.latitude / 1e6:+08.4f}{self.longitude / 1e6:+09.4f}/"


@dataclass(frozen=True, slots=True)
class Device:
    """What a phone says about itself and its owner."""

    make: str
    model: str
    serial: str
    owner: str
    software: str


POSITIONS = {
    PHOTO: Position(37_805_300, -122_272_500, 12),
    MOTION_PHOTO: Position(37_805_400, -122_272_400, 13),
    VIDEO: Position(37_805_500, -122_272_300, 14),
}
# The timed positions inside the video: a track of its own, which index-only cleaning leaves behind.
TRACK = tuple(Position(37_805_600 + 100 * n, -122_272_200 + 100 * n, 15 + n) for n in range(4))

PHONE_ONE = Device("DemoCam", "Demo Phone 1", "DEMO-SN-0001", "demo owner one", "DemoOS 1.0")
PHONE_TWO = Device("DemoCam", "Demo Phone 2", "DEMO-SN-0002", "demo owner two", "DemoOS 2.0")


@dataclass(frozen=True, slots=True)
class Planted:
    """One text that stands literally (UTF-8) in `file`.

    `where` is the tag as exiftool names it (group, colon, name), or plain words where its versions disagree.
    `shown` is how exiftool prints the value, where it writes dates in its own way.
    """

    file: str
    where: str
    value: str
    shown: str = ""


PLANTED = (
    Planted(PHOTO, "IFD0:Make", PHONE_ONE.make),
    Planted(PHOTO, "IFD0:Model", PHONE_ONE.model),
    Planted(PHOTO, "IFD0:Software", PHONE_ONE.software),
    Planted(PHOTO, "IFD0:Artist", "demo artist one"),
    Planted(PHOTO, "IFD0:ModifyDate", "2026:06:12 18:12:03"),
    Planted(PHOTO, "ExifIFD:SerialNumber", PHONE_ONE.serial),
    Planted(PHOTO, "ExifIFD:OwnerName", PHONE_ONE.owner),
    Planted(PHOTO, "ExifIFD:DateTimeOriginal", "2026:06:12 18:12:03"),
    Planted(PHOTO, "ExifIFD:OffsetTimeOriginal", "-07:00"),
    Planted(PHOTO, "ExifIFD:ImageUniqueID", "de300000000000000000000000000001"),
    Planted(PHOTO, "GPS:GPSDateStamp", "2026:06:13"),
    Planted(PHOTO, "File:Comment", "demo comment in the JPEG file"),
    Planted(MOTION_PHOTO, "IFD0:Make", PHONE_TWO.make),
    Planted(MOTION_PHOTO, "IFD0:Model", PHONE_TWO.model),
    Planted(MOTION_PHOTO, "IFD0:Software", PHONE_TWO.software),
    Planted(MOTION_PHOTO, "IFD0:Artist", "demo artist two"),
    Planted(MOTION_PHOTO, "IFD0:ModifyDate", "2026:06:12 18:12:40"),
    Planted(MOTION_PHOTO, "ExifIFD:SerialNumber", PHONE_TWO.serial),
    Planted(MOTION_PHOTO, "ExifIFD:OwnerName", PHONE_TWO.owner),
    Planted(MOTION_PHOTO, "ExifIFD:DateTimeOriginal", "2026:06:12 18:12:40"),
    Planted(MOTION_PHOTO, "ExifIFD:OffsetTimeOriginal", "-07:00"),
    Planted(MOTION_PHOTO, "ExifIFD:ImageUniqueID", "de300000000000000000000000000002"),
    Planted(MOTION_PHOTO, "GPS:GPSDateStamp", "2026:06:13"),
    Planted(MOTION_PHOTO, "XMP-dc:Creator", "demo creator of XMP"),
    Planted(MOTION_PHOTO, "XMP-xmpMM:DocumentID", "xmp.did:demo-0002"),
    Planted(VIDEO, "UserData:Make", PHONE_TWO.make),
    Planted(VIDEO, "UserData:Model", PHONE_TWO.model),
    Planted(VIDEO, "UserData:Comment", "demo comment in the video"),
    Planted(VIDEO, "key com.android.manufacturer", PHONE_TWO.make),
    Planted(VIDEO, "Keys:AndroidModel", PHONE_TWO.model),
    Planted(VIDEO, "Keys:AndroidVersion", "demo 16"),
    Planted(SCREENSHOT, "PNG:Software", PHONE_ONE.software),
    Planted(SCREENSHOT, "PNG:Author", "demo author of screenshot"),
    Planted(SCREENSHOT, "PNG:CreationTime", "Fri, 12 Jun 2026 18:30:05 -0700", "2026:06:12 18:30:05-07:00"),
    Planted(SCREENSHOT, "PNG:Description-es", "captura de demostración, sin personas reales"),
    Planted(SOUND, "RIFF:Artist", "demo recordist"),
    Planted(SOUND, "RIFF:Comment", "demo tone, no voices"),
    Planted(SOUND, "RIFF:DateCreated", "2026-06-12", "2026:06:12"),
    Planted(SOUND, "RIFF:Software", "Demo Recorder 1.0"),
    Planted(SOUND, "RIFF:Description", "demo broadcast description"),
    Planted(SOUND, "RIFF:Originator", "Demo Recorder"),
    Planted(SOUND, "RIFF:OriginatorReference", "DEMO-SN-0003"),
    Planted(NOTE, "text", "demo note"),
)


def of(file: str, where: str) -> str:
    """The one text that is planted in `file` under the tag `where`."""
    return next(item.value for item in PLANTED if (item.file, item.where) == (file, where))
