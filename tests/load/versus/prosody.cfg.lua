-- Prosody as a peer of the comparison: it is compared, not throttled, and keeps what was said in files.
-- Port and folder come from the environment (prosody.py).

run_as_root = true -- as everything here runs, in containers
daemonize = false
pidfile = ENV_PEER_FOLDER .. "/prosody.pid"
data_path = ENV_PEER_FOLDER .. "/data"
certificates = ENV_PEER_FOLDER -- there are none
log = { { levels = { min = "warn" }, to = "console" } }

-- Nothing but what the members use. `limits` is not among them: it would slow down a sender's bytes.
modules_enabled = { "saslauth", "websocket" }
modules_disabled = { "s2s", "offline" }
c2s_ports = {} -- over WebSocket alone

http_interfaces = { "127.0.0.1" }
http_ports = { ENV_PEER_PORT }
http_default_host = "localhost"
https_ports = {}
consider_websocket_secure = true

network_backend = "epoll"
-- More than API Gateway lets wait in one burst of connections.
network_settings = { tcp_backlog = 4096 }

VirtualHost "localhost"
authentication = "anonymous"

Component "rooms.localhost" "muc"
modules_enabled = { "muc_mam" }
storage = "internal" -- files
muc_room_locking = false -- the first who comes configures nothing
-- Who comes is told to nobody, as beyond a hundred members in ours: a thousand would be half a million stanzas.
muc_room_default_presence_broadcast = { visitor = false, participant = false, moderator = false }
muc_log_by_default = true
muc_log_presences = false
max_archive_query_results = 100
