"""Des images faites pour leur lecteur : démesurées, coupées, d'un autre format."""

LESSON = "19"
LEVELS = (1, 2)
HEAVY = True
CELLS = {
    "shots": """
from PIL import Image
from helpers.topics.camera import Settings, key_of, watch

settings = Settings(bucket=bucket, threshold=1, ignore=(0, 0, 16, 16), every=0)
Image.MAX_IMAGE_PIXELS = None
for rank, shot in enumerate(watch(path, start, settings)):
    huge = io.BytesIO()
    if rank == 0:
        Image.new("L", (60_000, 10)).save(huge, "JPEG")
        data = huge.getvalue().replace(bytes((0, 10, 234, 96)), bytes((234, 96, 234, 96)))
    elif rank == 1:
        data = shot.jpeg[: len(shot.jpeg) // 2]
    else:
        Image.new("L", (96, 64)).save(huge, "TIFF")
        data = huge.getvalue()
    client.put_object(bucket, key_of(shot.moment), io.BytesIO(data), len(data),
                      content_type="image/jpeg")
""",
}
POINTS = {"keys": 2, "motion": 3, "shots": 1, "settings": 2, "expire": 2}
SAYS = {"shots": "n'est pas une image JPEG entière"}
