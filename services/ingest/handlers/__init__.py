"""The routes of the WebSocket API that change something: parse the event, call the logic, shape the reply."""
