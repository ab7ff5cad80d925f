"""Publishes entries of rooms' logs, and ephemeral events, for the fan-out."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from shared.jobs import DeliveryJob, EphemeralEvent, EphemeralJob, shard_of
from shared.protocol.message import Message
from shared.protocol.refusals import RateLimited, Unavailable

if TYPE_CHECKING:
    from types_boto3_sns import SNSClient
    from types_boto3_sns.type_defs import MessageAttributeValueTypeDef

_THROTTLED = {"Throttled", "Throttling", "ThrottlingException", "ThrottledException", "KMSThrottling"}


class EventLost(Exception):
    """An event was not published; the message is AWS's."""


@dataclass(frozen=True, slots=True)
class Topic:
    """The SNS topic that feeds the shard queues."""

    client: "SNSClient"
    arn: str
    shards: int

    def publish(self, entry: Message, *, exclude: str | None, accepted_at: int) -> None:
        """Ask for delivery to everyone in the room but the connection `exclude`, which has its echo.

        `accepted_at` (epoch ms) travels with the job, for the fan-out lag.

        Raises:
            RateLimited, Unavailable: it was not published.
        """
        try:
            self._publish(DeliveryJob.of(entry, exclude=exclude), entry.room_id, accepted_at)
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") in _THROTTLED:
                raise RateLimited("too many messages at once") from error
            raise Unavailable("the message is stored, but could not be published") from error
        except BotoCoreError as error:
            raise Unavailable("the message is stored, but could not be published") from error

    def publish_event(self, event: EphemeralEvent, *, exclude: str) -> None:
        """Ask to tell everyone in the room but the connection `exclude`.

        Who comes and goes is of no shard: it waits on a queue of its own until more has changed.

        Raises:
            EventLost: it was not published.
        """
        try:
            job = EphemeralJob(event=event, exclude=exclude)
            self._publish(job, event.room_id, event.at, has_shard=event.kind == "typing")
        except (ClientError, BotoCoreError) as error:
            raise EventLost(str(error)) from error

    def _publish(
        self, job: DeliveryJob | EphemeralJob, room_id: str, accepted_at: int, *, has_shard: bool = True
    ) -> None:
        shard: dict[str, MessageAttributeValueTypeDef] = (
            {"shard": {"DataType": "String", "StringValue": str(shard_of(room_id, self.shards))}}
            if has_shard
            else {}
        )
        self.client.publish(
            TopicArn=self.arn,
            Message=job.encode(),
            # On standard queues a group turns on fair queues, so that a busy room does not starve quiet ones.
            MessageGroupId=room_id,
            MessageAttributes={
                **shard,
                "acceptedAt": {"DataType": "Number", "StringValue": str(accepted_at)},
            },
        )
