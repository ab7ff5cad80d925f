"""Publishes accepted messages for the fan-out."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from shared.jobs import DeliveryJob, shard_of
from shared.protocol.message import Message
from shared.protocol.refusals import RateLimited, Unavailable

if TYPE_CHECKING:
    from types_boto3_sns import SNSClient

_THROTTLED = {"Throttled", "Throttling", "ThrottlingException", "ThrottledException"}


@dataclass(frozen=True, slots=True)
class Topic:
    """The SNS topic that feeds the shard queues."""

    client: "SNSClient"
    arn: str
    shards: int

    def publish(self, message: Message, *, exclude: str, accepted_at: int) -> None:
        """Asks for delivery to everyone in the room but the connection `exclude`, which has its echo.

        `accepted_at` (epoch ms) travels with the job, for the fan-out lag. The room is the message group: on
        standard queues that turns on fair queues, so that a busy room does not starve quiet ones.

        Raises:
            RateLimited, Unavailable: it was not published.
        """
        try:
            self.client.publish(
                TopicArn=self.arn,
                Message=DeliveryJob(message=message, exclude=exclude).encode(),
                MessageGroupId=message.room_id,
                MessageAttributes={
                    "shard": {
                        "DataType": "String",
                        "StringValue": str(shard_of(message.room_id, self.shards)),
                    },
                    "acceptedAt": {"DataType": "Number", "StringValue": str(accepted_at)},
                },
            )
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") in _THROTTLED:
                raise RateLimited("too many messages at once") from error
            raise Unavailable("the message is stored, but could not be published") from error
        except BotoCoreError as error:
            raise Unavailable("the message is stored, but could not be published") from error
