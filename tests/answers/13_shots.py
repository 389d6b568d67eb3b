SECOND = """
import av
import numpy as np

with av.open(str(path)) as movie:
    pictures = [(frame.time, frame.to_image()) for frame in movie.decode(video=0)]
levels = [np.asarray(picture.convert("L"), dtype=float) for _, picture in pictures]
for rank in range(1, len(pictures)):
    if (abs(levels[rank] - levels[rank - 1])[16:] > 25).mean() < 0.01:
        continue
    seconds, picture = pictures[rank]
    moment = (start + timedelta(seconds=seconds)).astimezone(UTC)
    data = io.BytesIO()
    picture.save(data, "JPEG", quality=95)
    client.put_object(
        bucket_name=bucket,
        object_name=f"camera/{moment:%Y/%m/%d/%H%M%S}-{moment.microsecond // 1000:03}.jpg",
        data=io.BytesIO(data.getvalue()), length=len(data.getvalue()),
        content_type="image/jpeg", metadata={"camera": "jardin"},
    )
"""

CODE = """
from dataclasses import replace

from helpers.topics.camera import Settings, key_of, record, watch

settings = Settings(
    bucket=bucket, camera="jardin", threshold=1, ignore=(0, 0, 16, 16), every=0
)
"""

PUT = """

def put(shot, data=None, kind="image/jpeg", moment=None):
    data = data or shot.jpeg
    client.put_object(
        bucket_name=bucket, object_name=key_of(moment or shot.moment), data=io.BytesIO(data),
        length=len(data), content_type=kind, metadata={"camera": "jardin"},
    )


shots = list(watch(path, start, settings))
"""

WRONG = {
    "avec le voyant": (
        CODE + "record(client, path, start, replace(settings, ignore=()))",
        "Il y a des images de trop",
    ),
    "une sur plusieurs": (
        CODE + "record(client, path, start, replace(settings, every=0.5))",
        "Il manque des images",
    ),
    "heure de la montre": (
        CODE + "record(client, path, start.replace(tzinfo=UTC), settings)",
        "l'heure de la montre",
    ),
    "un jour plus tard": (
        CODE + "record(client, path, start + timedelta(days=1), settings)",
        "Les clés ne sont pas celles",
    ),
    "autre caméra": (
        CODE + 'record(client, path, start, replace(settings, camera="quai"))',
        "la métadonnée",
    ),
    "un autre type": (
        CODE + PUT + 'for shot in shots:\n    put(shot, kind="image/png")',
        "Le type de contenu",
    ),
    "toujours la même image": (
        CODE + PUT + "for shot in shots:\n    put(shots[-1], moment=shot.moment)",
        "l'image de son instant",
    ),
    "coupées": (
        CODE + PUT + "for shot in shots:\n    put(shot, shot.jpeg[:300])",
        "pas une image JPEG entière",
    ),
}
