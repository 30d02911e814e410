"""Names that every part of the local cloud must agree on."""

ACCOUNT = "123456789012"
REGION = "ap-southeast-1"
STACK = "viva-local"
# Moto believes anyone; presigned URLs are checked against this secret (see presigned.py).
ACCESS_KEY_ID = "local"
SECRET_ACCESS_KEY = "local-secret-access-key"

PSEUDO_PARAMETERS = {
    "AWS::AccountId": ACCOUNT,
    "AWS::Partition": "aws",
    "AWS::Region": REGION,
    "AWS::StackName": STACK,
    "AWS::StackId": f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/{STACK}/local",
    "AWS::URLSuffix": "amazonaws.com",
}
