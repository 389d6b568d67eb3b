"""Des API sans fin, au compte-gouttes, qui redirigent, ou qui envoient une bombe compressée."""

LESSON = "06"
CELLS = {
    "upload": """
from fastapi.responses import StreamingResponse
@app1.post("/documents", status_code=201)
def upload():
    def forever():
        while True:
            yield b"x" * 100_000
    return StreamingResponse(forever())
""",
    "presigned_put": """
import time
from fastapi.responses import StreamingResponse
@app2.post("/upload-url")
def url():
    def drip():
        while True:
            yield b"x"
            time.sleep(0.5)
    return StreamingResponse(drip())
""",
    "presigned_get": """
from fastapi.responses import RedirectResponse
@app3.get("/documents/{key:path}")
def read(key: str):
    return RedirectResponse(f"http://127.0.0.1:CANARY/{key}")
""",
    "listing": """
import gzip
from fastapi import Response
@app4.get("/documents")
def documents():
    bomb = gzip.compress(b"[" + b" " * 200_000_000 + b"]")
    return Response(bomb, headers={"Content-Encoding": "gzip"}, media_type="application/json")
""",
    "recursive": """
import os, socket, threading, time
def raw():
    if "KIT_API_FD" in os.environ:
        listener = socket.socket(fileno=os.dup(int(os.environ["KIT_API_FD"])))
    else:
        listener = socket.create_server(("127.0.0.1", int(os.environ["KIT_API_PORT"])))
    listener.setblocking(True)
    while True:
        peer, _ = listener.accept()
        def drip_headers(peer=peer):
            peer.sendall(b"HTTP/1.1 200 OK\\r\\nX-A: ")
            while True:
                peer.sendall(b"a")
                time.sleep(0.2)
        threading.Thread(target=drip_headers, daemon=True).start()
import kit_minio.answering.submission
kit_minio.answering.submission._put_in_service = lambda app: (
    kit_minio.answering.submission._served.stop(), threading.Thread(target=raw, daemon=True).start()
) and kit_minio.answering.answers.pack("en service")
""",
    "errors": """
import kit_minio.answering.submission
kit_minio.answering.submission._put_in_service = (
    lambda app: kit_minio.answering.answers.pack("en service")
)
""",
    "large": "raise SystemExit",
}
POINTS = {
    "upload": 0, "presigned_put": 0, "presigned_get": 0, "listing": 0, "recursive": 0,
    "errors": 0, "large": 0,
}  # fmt: skip
