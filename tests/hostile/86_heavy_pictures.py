"""Des images justes, alourdies jusqu'à un mégaoctet : toutes en même temps, elles pèseraient."""

LESSON = "19"
LEVELS = (1, 2)
HEAVY = True
CELLS = {
    "shots": """
from helpers.topics.camera import Settings, key_of, watch

settings = Settings(bucket=bucket, threshold=1, ignore=(0, 0, 16, 16), every=0)
segment = bytes((255, 226, 255, 255)) + bytes(65533)
for shot in watch(path, start, settings):
    data = shot.jpeg[:2] + segment * 15 + shot.jpeg[2:]
    client.put_object(bucket, key_of(shot.moment), io.BytesIO(data), len(data),
                      content_type="image/jpeg")
""",
}
POINTS = {"keys": 2, "motion": 3, "shots": 0, "settings": 2, "expire": 2}
SAYS = {"shots": "bien trop lourd"}
