# The swarm, as master or worker: tests/load/compose.yaml.
FROM python:3.13-slim

ENV PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1

WORKDIR /app
COPY requirements/dev.txt requirements/dev.txt
RUN pip install --no-cache-dir --require-hashes -r requirements/dev.txt \
    && useradd --create-home --uid 1000 chat

COPY shared shared
COPY services services
COPY infra infra
COPY chatctl chatctl
COPY tests tests

USER 1000
ENTRYPOINT ["python", "-m", "tests.load"]
