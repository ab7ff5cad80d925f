# The front end's development server; its variables come from the provisioner.
FROM node:24-slim

WORKDIR /app
RUN chown node:node /app
USER 1000

COPY --chown=node:node frontend/package.json frontend/package-lock.json frontend/.npmrc ./
RUN npm ci --no-audit --no-fund
COPY --chown=node:node frontend ./

HEALTHCHECK --interval=2s --timeout=2s --start-period=20s --retries=15 \
    CMD ["node", "-e", "fetch('http://127.0.0.1:3000/').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
CMD ["sh", "-c", "set -a && . /state/frontend.env && exec npm run dev -- --port 3000 --strictPort"]
