"""Clients in virtual time: they see what is pushed, and read history when they connect and soon after."""

from dataclasses import dataclass, field
from random import Random

from shared.protocol.message import Message
from tests.simulation.world import World

SECOND_LOOK_SECONDS = 2.0  # after joining, no sooner (docs/protocol/README.md): finds what was not pushed
INDEX_LAG_SECONDS = 0.9  # of the rooms' index behind the table, at most
RECONNECT_SECONDS = (1.0, 5.0)
SEND_SECONDS = 0.012  # one write of the message, before it is published


@dataclass(eq=False)
class Client:
    """A person with one connection at a time."""

    name: str
    room_id: str
    connection_id: str
    view: set[str] = field(default_factory=set)
    connections: int = 1


@dataclass
class Crowd:
    """All clients and the history of their rooms."""

    world: World
    seed: int = 1
    clients: dict[str, Client] = field(default_factory=dict)  # by connection id, old ones too
    history: dict[str, list[str]] = field(default_factory=dict)  # ids of all entries
    said: dict[str, list[Message]] = field(default_factory=dict)
    unknown_to_v1: set[str] = field(default_factory=set)  # changes and notices
    v1: set[str] = field(default_factory=set)  # rooms whose people are told of messages alone
    room_of: dict[str, str] = field(default_factory=dict)  # by message id
    foreign: int = 0
    acknowledged: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.random = Random(self.seed)
        self.world.gateway.arrived = self._arrived
        self.world.gateway.closed = self._closed

    def fill(self, room_id: str, size: int, protocol: str = "v2") -> list[Client]:
        """Let that many people into a room."""
        self.history.setdefault(room_id, [])
        self.said.setdefault(room_id, [])
        if protocol == "v1":
            self.v1.add(room_id)
        people = [Client(name, room_id, name) for name in self.world.room(room_id, size, protocol)]
        self.clients |= {person.connection_id: person for person in people}
        return people

    def send(self, sender: Client, *, dies: bool = False) -> Message:
        """Store a message and publish it; one that `dies` between the two is stored alone."""
        message = self.world.message(sender.room_id)
        self.said[sender.room_id].append(message)
        return self._put(sender, message, dies=dies)

    def edit(self, sender: Client, *, dies: bool = False) -> Message:
        """Change one of the last messages of the sender's room, likewise; say something if there is none."""
        last = self.said[sender.room_id][-10:]
        if not last:
            return self.send(sender, dies=dies)
        change = self.world.edit(self.random.choice(last))
        self.unknown_to_v1.add(change.message_id)
        return self._put(sender, change, dies=dies)

    def note(self, sender: Client, *, dies: bool = False) -> Message:
        """Note that somebody joined the sender's room, likewise."""
        notice = self.world.notice(sender.room_id)
        self.unknown_to_v1.add(notice.message_id)
        return self._put(sender, notice, dies=dies)

    def expected(self, room_id: str) -> set[str]:
        """Return the ids that everybody in a room is to have."""
        entries = set(self.history[room_id])
        return entries - self.unknown_to_v1 if room_id in self.v1 else entries

    def _put(self, sender: Client, entry: Message, *, dies: bool) -> Message:
        self.world.scheduler.sleep(SEND_SECONDS)
        self.history[sender.room_id].append(entry.message_id)
        self.room_of[entry.message_id] = sender.room_id
        if not dies:
            self.world.publish(entry, exclude=sender.connection_id)
            self.acknowledged.add(entry.message_id)
            sender.view.add(entry.message_id)
        return entry

    def present(self) -> list[Client]:
        """Everybody, once."""
        return list({id(client): client for client in self.clients.values()}.values())

    def _arrived(self, connection_id: str, message_ids: tuple[str, ...], _at: float) -> None:
        client = self.clients[connection_id]
        for message_id in message_ids:
            is_unknown = client.room_id in self.v1 and message_id in self.unknown_to_v1
            if self.room_of[message_id] != client.room_id or is_unknown:
                self.foreign += 1
            if client.connection_id == connection_id:
                client.view.add(message_id)

    def _closed(self, connection_id: str) -> None:
        client = self.clients[connection_id]
        if client.connection_id != connection_id:
            return
        client.connections += 1
        client.connection_id = f"{client.name}~{client.connections}"
        self.clients[client.connection_id] = client
        self.world.connections.rooms[client.room_id].pop(connection_id, None)
        scheduler = self.world.scheduler
        scheduler.spawn_at(scheduler.now + self.random.uniform(*RECONNECT_SECONDS), self._connect, client)

    def _connect(self, client: Client) -> None:
        lag = self.random.uniform(0, INDEX_LAG_SECONDS)
        protocol = "v1" if client.room_id in self.v1 else "v2"
        self.world.connections.join(client.room_id, client.connection_id, protocol, index_lag_seconds=lag)
        client.view.update(self.history[client.room_id])
        self.world.scheduler.sleep(SECOND_LOOK_SECONDS)
        client.view.update(self.history[client.room_id])
