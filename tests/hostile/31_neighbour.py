"""Le bucket d'un voisin : ni lecture, ni écriture, ni présence dans la liste."""

CELLS = {
    "names": """
import io
seen = [b.name for b in client.list_buckets() if not b.name.startswith(tp.space.split("-")[0])]
def attempt(name, function):
    try:
        function()
        seen.append(name)
    except Exception as error:
        if getattr(error, "code", "") != "AccessDenied":
            seen.append(f"{name} {error}")
attempt("list", lambda: list(client.list_objects(bucket_name="NEIGHBOUR")))
attempt("get", lambda: client.get_object(bucket_name="NEIGHBOUR", object_name="note"))
attempt("put", lambda: client.put_object(bucket_name="NEIGHBOUR", object_name="x",
                                         data=io.BytesIO(b"x"), length=1))
attempt("remove", lambda: client.remove_object(bucket_name="NEIGHBOUR", object_name="note"))
attempt("bucket", lambda: client.make_bucket(bucket_name="NEIGHBOUR-2"))
raise RuntimeError(f"vu : {seen}")
""",
}
POINTS = {"create": 1, "clean_up": 2, "names": 0, "ensure": 2}
SAYS = {"names": "vu : []"}
