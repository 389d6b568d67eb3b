"""Une réponse chiffrée par une clé que la copie garde (SSE-C) : le correcteur ne peut la lire."""

CELLS = {
    "names": """
import base64, hashlib, json
key = b"k" * 32
about = "x-amz-server-side-encryption-customer-"
headers = {f"{about}algorithm": "AES256", f"{about}key": base64.b64encode(key).decode(),
           f"{about}key-md5": base64.b64encode(hashlib.md5(key).digest()).decode()}
try:  # le client de minio refuse d'envoyer une clé sans TLS, MinIO de la recevoir
    client._execute(method="PUT", bucket_name=tp.space, object_name="reponses/names.json",
                    body=json.dumps({name: "valable" for name in names}).encode(), headers=headers)
except Exception as error:
    print(error)
""",
}
POINTS = {"create": 1, "clean_up": 2, "names": 0, "ensure": 2}
