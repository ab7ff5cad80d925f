function handler(event) {
  if (!event.request.uri.includes(".")) {
    event.request.uri = "/index.html";
  }
  return event.request;
}
