SECOND = """
import httpx


def ask(method, url):
    with httpx.Client(timeout=5, follow_redirects=False) as http:
        return http.request(method, url)


causes = {}
for letter, url in urls.items():
    answer = ask("GET", url)
    if answer.status_code == 404:
        causes[letter] = "objet absent"
    elif "<Message>Request has expired" in answer.text:
        causes[letter] = "expirée"
    elif "<Code>InvalidAccessKeyId" in answer.text:
        causes[letter] = "clé d'accès"
    elif ask("HEAD", url).is_success:
        causes[letter] = "méthode"
    elif ask("GET", url.replace("//localhost", "//127.0.0.1")).is_success:
        causes[letter] = "hôte"
    else:
        head, _, tail = url.partition("?")
        folder = head.rpartition("/")[0]
        names = [o.object_name for o in client.list_objects(bucket_name=tp.bucket("refus"))]
        if any(ask("GET", f"{folder}/{name}?{tail}").is_success for name in names):
            causes[letter] = "clé modifiée"
"""

WRONG = {
    "toutes la même": (
        'causes = {letter: "clé modifiée" for letter in urls}',
        "sur 5 sont justes",
    ),
    "une lettre oubliée": (
        'causes = {letter: "expirée" for letter in "ABCD"}',
        "pour chacune des cinq lettres",
    ),
    "le code de la réponse": (
        'causes = {letter: "SignatureDoesNotMatch" for letter in urls}',
        "n'est pas dans la liste",
    ),
    "la réponse d'une autre graine": (
        'causes = ["hôte", "méthode", "expirée", "clé modifiée", "objet absent"]\n'
        'causes = dict(zip("ABCDE", causes))',
        "Reprenez par exemple",
    ),
}
