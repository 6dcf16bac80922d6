"""What the movie formats (MP4, MOV, 3GP, M4A) are made of: headers, sample tables, fragments and coded samples."""
