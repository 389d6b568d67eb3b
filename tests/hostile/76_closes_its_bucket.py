"""Une politique qui interdit tout à tous, au correcteur aussi, sur le bucket d'un exercice."""

LESSON = "08"
CELLS = {
    "publish": """
import json
rule = {"Effect": "Deny", "Principal": {"AWS": ["*"]}, "Action": ["s3:*"],
        "Resource": [f"arn:aws:s3:::{tp.bucket('web')}", f"arn:aws:s3:::{tp.bucket('web')}/*"]}
policy = json.dumps({"Version": "2012-10-17", "Statement": [rule]})
client.set_bucket_policy(bucket_name=tp.bucket("web"), policy=policy)
""",
}
POINTS = {"publish": 0, "exception": 3, "judge": 2, "team": 3, "audit": 3}
