SECOND = """
import requests

url = client.presigned_get_object(bucket_name=tp.bucket("journaux"), object_name="marees.log")
answer = requests.get(url, headers={"Range": "bytes=-1024"}, timeout=10)
report = {"texte": answer.text, "intervalle": answer.headers["content-range"]}
"""

READ = """
log = {{"bucket_name": tp.bucket("journaux"), "object_name": "marees.log"}}
size = client.stat_object(**log).size
response = client.get_object(**log, {options})
text = response.read().decode()
report = {{"texte": {text}, "intervalle": response.headers.get("Content-Range")}}
response.close()
response.release_conn()
"""
RIGHT = {"options": "offset=size - 1024, length=1024", "text": "text"}

WRONG = {
    "offset négatif": (READ.format(**RIGHT | {"options": "offset=-1024"}), "journal entier"),
    "tout lire, puis couper": (
        READ.format(**RIGHT | {"options": "", "text": "text[-1024:]"}),
        "l'intervalle ne prouve pas",
    ),
    "le début": (READ.format(**RIGHT | {"options": "length=1024"}), "pas les derniers"),
    "mille octets": (
        READ.format(**RIGHT | {"options": "offset=size - 1000"}),
        "n'a pas la longueur demandée",
    ),
    "un octet trop tôt": (
        READ.format(**RIGHT | {"options": "offset=size - 1025, length=1024"}),
        "l'intervalle est décalé",
    ),
    "des octets": (
        READ.format(**RIGHT | {"text": "text.encode()"}),
        "pas une valeur que l'on peut enregistrer",
    ),
    "le texte seul": ('report = "texte"', "un dictionnaire aux deux clés"),
}
