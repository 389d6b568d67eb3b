"""Dessine maree.mp4, six secondes au pied d'un quai, et maree.jpg, une de ses images.

Le film a une image toutes les 40 ms. De 0 à 1,5 s et de 4,5 à 6 s, la mer est étale et rien ne
bouge ; entre les deux, elle monte puis descend, et le bateau avec elle. L'horodatage, en haut à
gauche, saute de quatre heures à chaque seconde, même à l'étale : une
détection de mouvement doit l'écarter ou le tolérer.
"""

from __future__ import annotations

from math import cos, pi, sin
from pathlib import Path

import av
from PIL import Image, ImageDraw, ImageFont

from helpers.topics.camera import frames

DATA = Path(__file__).parents[3] / "helpers" / "data"
WIDTH, HEIGHT, FPS, SECONDS = 480, 270, 25, 6
SLACK_END, SLACK_START = 1.5, 4.5  # s : le mouvement est entre les deux
POSTER = 2  # s : l'image que l'on voit avant la lecture
LOW_WATER, HIGH_WATER = 214, 138  # px, depuis le haut
SCALE = 3  # on dessine trois fois plus grand, puis on réduit : les bords sont lissés


def points(*pairs: tuple[float, float]) -> list[tuple[float, float]]:
    """Renvoie les points à l'échelle du dessin."""
    return [(x * SCALE, y * SCALE) for x, y in pairs]


def backdrop() -> Image.Image:
    """Dessine ce qui ne bouge pas : le ciel, la côte, la grève, le quai et son échelle de marée."""
    picture = Image.new("RGB", (WIDTH * SCALE, HEIGHT * SCALE))
    draw = ImageDraw.Draw(picture)
    for y in range(HEIGHT * SCALE):
        part = min(1.0, y / (140 * SCALE))
        color = tuple(round(a + (b - a) * part) for a, b in ((126, 255), (178, 226), (206, 186)))
        draw.line((0, y, WIDTH * SCALE, y), fill=color)
    draw.ellipse(points((86, 62), (130, 106)), fill="#fff4cf")
    for x, y, w in (40, 50, 74), (176, 34, 92), (250, 66, 60):
        for box in ((x, y), (x + w, y + 7)), ((x + 14, y - 5), (x + w - 22, y + 4)):
            draw.rounded_rectangle(points(*box), 4 * SCALE, fill="#fbeede")
    coast = ((0, 134), (50, 118), (112, 126), (170, 112), (236, 128), (300, 120), (356, 130))
    draw.polygon(points(*coast, (356, 270), (0, 270)), fill="#8796a3")
    beach = ((0, 150), (120, 144), (240, 149), (356, 145))
    draw.polygon(points(*beach, (356, 270), (0, 270)), fill="#d8c39c")
    for x, y, w in (30, 168, 60), (150, 163, 44), (262, 172, 70), (70, 190, 90), (210, 196, 56):
        draw.rounded_rectangle(points((x, y), (x + w, y + 3)), 2 * SCALE, fill="#c5ad85")
    draw.polygon(points((24, 128), (27, 94), (37, 94), (40, 128)), fill="#f6ede0")  # le phare
    draw.polygon(points((26, 112), (27, 102), (37, 102), (38, 112)), fill="#cf4a3c")
    draw.rectangle(points((28, 86), (36, 94)), fill="#2c3858")

    draw.rectangle(points((348, 110), (480, 270)), fill="#6c6470")  # le quai
    for row in range(12):
        for column in range(-1, 6):
            x, y = 348 + column * 26 + (row % 2) * 13, 118 + row * 13
            tone = ("#7d7480", "#857b84", "#776e7b")[(row + 2 * column) % 3]
            draw.rectangle(points((max(x, 348) + 1, y + 1), (max(x + 25, 349), y + 12)), fill=tone)
    draw.rectangle(points((342, 104), (480, 117)), fill="#a59a96")
    draw.rectangle(points((342, 114), (480, 117)), fill="#574f60")
    draw.rectangle(points((362, 122), (380, 270)), fill="#f6ede0")  # l'échelle
    for step in range(12):
        y = 126 + step * 12
        draw.rectangle(points((362, y), (371 if step % 2 else 376, y + 3)), fill="#2c3858")

    draw.polygon(points((404, 104), (404, 62), (436, 34), (468, 62), (468, 104)), fill="#f6ede0")
    roof = ((397, 66), (436, 28), (475, 66), (470, 70), (436, 38), (402, 70))
    draw.polygon(points(*roof), fill="#3a4668")
    draw.rectangle(points((426, 78), (444, 104)), fill="#2f6596")
    draw.rectangle(points((411, 70), (421, 82)), fill="#ffd98f")
    draw.rectangle(points((450, 70), (460, 82)), fill="#ffd98f")
    return picture


def sea_level(x: float, seconds: float) -> float:
    """Renvoie la hauteur de l'eau (px, depuis le haut) en ``x`` (px) à cet instant (s)."""
    elapsed = min(max(seconds, SLACK_END), SLACK_START) - SLACK_END
    tide = elapsed / (SLACK_START - SLACK_END)  # 0 puis 1 : une marée entière
    level = LOW_WATER + (HIGH_WATER - LOW_WATER) * (1 - cos(2 * pi * tide)) / 2
    swell = 2.6 * sin(pi * tide) ** 2
    return level + swell * sin(x / 17 + 7 * elapsed)


def draw_boat(draw: ImageDraw.ImageDraw, seconds: float) -> None:
    """Pose le bateau sur l'eau, penché comme elle."""
    x, y = 214.0, sea_level(214, seconds)
    tilt = (sea_level(240, seconds) - sea_level(188, seconds)) / 52

    def hull(*pairs: tuple[float, float]) -> list[tuple[float, float]]:
        return points(*((x + dx - dy * tilt, y + dy + dx * tilt) for dx, dy in pairs))

    draw.line(hull((-6, -10), (-6, -82)), fill="#3b3040", width=3 * SCALE)
    draw.polygon(hull((-3, -80), (42, -22), (-3, -18)), fill="#b8493c")
    draw.polygon(hull((-9, -74), (-9, -20), (-44, -16)), fill="#d4654a")
    draw.polygon(hull((-54, -12), (58, -14), (42, 12), (-40, 12)), fill="#27496f")
    draw.polygon(hull((-54, -12), (58, -14), (55, -8), (-51, -6)), fill="#f3c463")
    draw.ellipse(hull((-34, -5), (-28, 1)), fill="#f6ede0")


def frame_at(seconds: float, background: Image.Image) -> Image.Image:
    """Dessine l'image de cet instant (s)."""
    picture = background.copy()
    draw = ImageDraw.Draw(picture)
    draw_boat(draw, seconds)
    surface = [(x, sea_level(x, seconds)) for x in range(0, WIDTH + 1, 4)]
    for depth, color in (0, "#dff0ee"), (2.4, "#3f8f9b"), (16, "#337f8f"), (38, "#2a6d80"):
        outline = [(x, y + depth) for x, y in surface]
        draw.polygon(points(*outline, (WIDTH, HEIGHT), (0, HEIGHT)), fill=color)
    picture = picture.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)

    draw = ImageDraw.Draw(picture)
    draw.rectangle((8, 8, 142, 27), fill="#1d2740")
    stamp = f"29/03/2025 {4 * int(seconds):02d}:00"
    draw.text((14, 17), stamp, fill="#ffffff", font=ImageFont.load_default(15), anchor="lm")
    return picture


def main() -> None:
    """Écrit maree.mp4 (H.264, yuv420p, index en tête) et maree.jpg dans helpers/data."""
    background = backdrop()
    movie = av.open(
        str(DATA / "maree.mp4"), "w", options={"movflags": "faststart", "fflags": "bitexact"}
    )
    with movie:
        stream = movie.add_stream("libx264", rate=FPS)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        # Une image clé par seconde : un lecteur se place vite ; un seul fil : mêmes octets.
        stream.options = {"crf": "22", "preset": "slow", "g": str(FPS), "threads": "1"}
        for number in range(FPS * SECONDS):
            picture = frame_at(number / FPS, background)
            movie.mux(stream.encode(av.VideoFrame.from_image(picture)))
        movie.mux(stream.encode())
    shown = next(frame for frame in frames(DATA / "maree.mp4") if frame.time == POSTER)
    shown.to_image().save(DATA / "maree.jpg", quality=85)


if __name__ == "__main__":
    main()
