"""The sweeper: reads what was stored from the table's stream, publishes what nobody has published."""

import os
import time
from collections.abc import Mapping
from typing import Any

from services.ingest.republishing import as_it_is_now
from services.ingest.sweeping import Sweeper, sweep
from shared.aws.clients import aws_session, dynamodb_client, prompt_sqs_client, sns_client
from shared.jobs import shard_of
from shared.observability import Event, Handler, observability
from shared.protocol.message import Message
from shared.publishing import Topic
from shared.settings import Count, Settings, Text, WebAddresses, load
from shared.stores.entries import entry_of_image
from shared.stores.messages import Messages
from shared.stores.published import Published

_ANSWERING_SECONDS = 3.0


class SweepSettings(Settings):
    """`SHARD_QUEUE_URLS` is a comma-separated list, shard 0 first."""

    messages_table: Text
    published_table: Text
    messages_topic_arn: Text
    shard_count: Count
    shard_queue_urls: WebAddresses


def build(environ: Mapping[str, str]) -> Handler:
    """Make the handler for this environment. Raises ConfigurationError."""
    settings = load(SweepSettings, environ)
    session = aws_session()
    topic = Topic(sns_client(session), settings.messages_topic_arn, settings.shard_count)
    sqs, urls = prompt_sqs_client(session), settings.shard_queue_urls
    observe = observability("ingest")

    def waiting(room_id: str) -> int:
        answer = sqs.get_queue_attributes(
            QueueUrl=urls[shard_of(room_id, len(urls))], AttributeNames=["ApproximateNumberOfMessages"]
        )
        return int(answer["Attributes"]["ApproximateNumberOfMessages"])

    dynamodb = dynamodb_client(session, environ)
    messages = Messages(dynamodb, settings.messages_table)

    def publish(entry: Message) -> None:
        if whole := as_it_is_now(entry, messages):
            topic.publish(whole, exclude=None, accepted_at=entry.created_at)

    sweeper = Sweeper(
        published=Published(dynamodb, settings.published_table),
        publish=publish,
        waiting=waiting,
        now=time.time,
        sleep=time.sleep,
    )

    def handle(event: Event, context: Any) -> None:
        # A change also writes the row of its message anew, which was published when it was said.
        new = [record for record in event["Records"] if record["eventName"] == "INSERT"]
        images = [record["dynamodb"]["NewImage"] for record in new]
        stored = [entry for image in images if (entry := entry_of_image(image))]
        deadline = time.time() + context.get_remaining_time_in_millis() / 1000 - _ANSWERING_SECONDS
        swept = sweep(stored, sweeper, deadline)
        observe.count("MessagesSwept", len(swept))
        for message in swept:
            observe.logger.warning(
                "stored, but not published", messageId=message.message_id, roomId=message.room_id
            )

    return observe.observed(handle)


handler = build(os.environ)
