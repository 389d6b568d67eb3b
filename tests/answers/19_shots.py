RIGHT = {
    "sans helpers": """
import av
import numpy as np

with av.open(str(path)) as movie:
    pictures = [(frame.time, frame.to_image()) for frame in movie.decode(video=0)]
levels = [np.asarray(picture.convert("L"), dtype=float) for _, picture in pictures]
for rank in range(1, len(pictures)):
    gap = abs(levels[rank] - levels[rank - 1]) > 25
    gap[:16, :16] = False
    if gap.mean() < 0.01:
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
""",
    "watch et put_object, sans type": """
from helpers.topics.camera import Settings, key_of, watch

settings = Settings(bucket=bucket, threshold=1, ignore=(0, 0, 16, 16), every=0)
for shot in watch(path, start, settings):
    client.put_object(
        bucket, key_of(shot.moment), io.BytesIO(shot.jpeg), len(shot.jpeg),
        metadata={"camera": "jardin", "mouvement": f"{shot.motion:.1f}"},
    )
""",
    "au rang de l'image": """
from helpers.topics.camera import Settings, frames, key_of, motion

settings = Settings(bucket=bucket, ignore=(0, 0, 16, 16))
film = list(frames(path))
grays = [frame.to_ndarray(format="gray") for frame in film]
for rank in range(1, len(film)):
    if motion(grays[rank - 1], grays[rank], settings) > 1:
        local = folder / f"{rank}.jpg"
        film[rank].to_image().save(local, quality=90)
        key = key_of(start + rank * timedelta(milliseconds=100))
        client.fput_object(
            bucket, key, str(local), content_type="image/jpeg", metadata={"Camera": "jardin"}
        )
""",
    "read_settings": """
from helpers.topics.camera import read_settings, record

yaml = folder / "jardin.yaml"
lines = [f"bucket: {bucket}", "camera: jardin", "threshold: 1", "every: 0.05"]
yaml.write_text("\\n".join([*lines, "ignore: [0, 0, 16, 16]", "quality: 95"]))
record(client, path, start, read_settings(yaml))
""",
}

_CODE = """
from dataclasses import replace

from helpers.topics.camera import Settings, key_of, record, watch

settings = Settings(
    bucket=bucket, camera="jardin", threshold=1, ignore=(0, 0, 16, 16), every=0
)
"""

_PUT = """

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
        _CODE + "record(client, path, start, replace(settings, ignore=()))",
        "Il y a des images de trop",
    ),
    "une sur plusieurs": (
        _CODE + "record(client, path, start, replace(settings, every=0.5))",
        "Il manque des images",
    ),
    "heure de la montre": (
        _CODE + "record(client, path, start.replace(tzinfo=UTC), settings)",
        "l'heure de la montre",
    ),
    "un jour plus tard": (
        _CODE + "record(client, path, start + timedelta(days=1), settings)",
        "Les clés ne sont pas celles",
    ),
    "autre caméra": (
        _CODE + 'record(client, path, start, replace(settings, camera="quai"))',
        "la métadonnée",
    ),
    "un autre type": (
        _CODE + _PUT + 'for shot in shots:\n    put(shot, kind="image/png")',
        "le type de contenu dit autre chose",
    ),
    "toujours la même image": (
        _CODE + _PUT + "for shot in shots:\n    put(shots[-1], moment=shot.moment)",
        "l'image de son instant",
    ),
    "coupées": (
        _CODE + _PUT + "for shot in shots:\n    put(shot, shot.jpeg[:300])",
        "pas une image JPEG entière",
    ),
    "every par défaut": (
        _CODE + "record(client, path, start, replace(settings, every=0.2))",
        "même rapprochées",
        1,
    ),
    "toutes les images": (
        _CODE + "record(client, path, start, replace(settings, ignore=(), threshold=0))",
        "Il y a des images de trop",
        0.5,
    ),
    "sans métadonnée": (
        _CODE + _PUT.replace(', metadata={"camera": "jardin"}', "") + "for s in shots:\n    put(s)",
        "la métadonnée « camera »",
        2,
    ),
    "seuil par défaut": (
        _CODE + "record(client, path, start, replace(settings, threshold=0.5))",
        "le seuil est trop bas",
        0.5,
    ),
    "la zone du voyant effacée": (
        _CODE
        + _PUT
        + """
from PIL import Image

for shot in shots:
    picture, data = Image.open(io.BytesIO(shot.jpeg)), io.BytesIO()
    picture.paste(0, (0, 0, 16, 16))
    picture.save(data, "JPEG", quality=90)
    put(shot, data.getvalue())
""",
        "l'image de son instant",
        1,
    ),
}

THEN = {
    "une sur plusieurs": (WRONG["une sur plusieurs"][0], None),
    "avec le voyant": (
        WRONG["avec le voyant"][0],
        "tp.shots.reset()\n" + RIGHT["au rang de l'image"],
    ),
    "heure de la montre": (
        WRONG["heure de la montre"][0],
        "tp.shots.reset()\n" + RIGHT["watch et put_object, sans type"],
    ),
}
