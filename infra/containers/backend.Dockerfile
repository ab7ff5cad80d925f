# The emulator with the Python packages of the functions, the edge, and what provisions both.
FROM python:3.13-slim

ENV PYTHONDONTWRITEBYTECODE=1 \
    PYTHONPATH=/app \
    PYTHONUNBUFFERED=1

WORKDIR /app
COPY requirements/stack.txt requirements/stack.txt
RUN pip install --no-cache-dir --require-hashes -r requirements/stack.txt \
    && useradd --create-home --uid 1000 chat \
    && install --directory --owner=chat --group=chat /state

COPY shared shared
COPY services services
COPY infra infra

USER 1000

# The emulator; docker-compose.yml gives the other containers of this image their own command and check.
HEALTHCHECK --interval=2s --timeout=2s --start-period=10s --retries=15 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:4566/_ministack/health', timeout=1)"]
CMD ["python", "-m", "infra.local.emulator"]
