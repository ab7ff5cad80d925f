"""What `cold_start` measures against: a `sendMessage` written plainly, everything imported at the top."""

import os

import boto3
import jwt
from aws_lambda_powertools import Logger, Metrics, Tracer
from pydantic import BaseModel, Field


class Frame(BaseModel):
    action: str = Field(min_length=1)
    token: str
    data: dict[str, str]


logger = Logger(service="plain")
metrics = Metrics(service="plain")
tracer = Tracer(service="plain")
dynamodb = boto3.client("dynamodb")
sns = boto3.client("sns")


@tracer.capture_lambda_handler
def handler(event: dict[str, str], _context: object) -> None:
    """Never called here: a cold start ends before the first call."""
    frame = Frame.model_validate_json(event["body"])
    sender = jwt.decode(frame.token, os.environ["KEY"], algorithms=["RS256"])
    dynamodb.put_item(TableName=os.environ["TABLE"], Item={"sender": {"S": sender["sub"]}})
    sns.publish(TopicArn=os.environ["TOPIC"], Message=frame.model_dump_json())
    metrics.add_metric("Sent", "Count", 1)
    logger.info("sent")
