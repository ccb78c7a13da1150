# Live Ledger as an image: docker build --tag live-ledger:0.1.0 .
# Node 20 is the version that all tests run with.
FROM node:20.20.2-bookworm-slim AS base
WORKDIR /app

# What only the build needs stays in this stage.
FROM base AS build
RUN apt-get update \
  && apt-get install --yes --no-install-recommends g++ make python3 \
  && rm -rf /var/lib/apt/lists/*
# better-sqlite3 is compiled here, against the headers of this Node, instead of downloading a prebuilt binary.
ENV npm_config_build_from_source=true npm_config_nodedir=/usr/local
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY tsconfig.json ./
COPY bin ./bin
COPY build ./build
COPY schema ./schema
COPY src ./src
COPY simulator ./simulator
COPY clients ./clients
COPY console ./console
RUN npm run build
# Of better-sqlite3's build only the compiled addon is needed.
RUN npm prune --omit=dev \
  && rm -rf node_modules/better-sqlite3/deps node_modules/better-sqlite3/src \
  && find node_modules/better-sqlite3/build -type f ! -name better_sqlite3.node -delete

FROM base
ENV NODE_ENV=production HOST=0.0.0.0 PORT=4000 DATA_DIR=/data
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/bin ./bin
COPY --from=build /app/dist ./dist
RUN install --directory --owner=node --group=node --mode=700 /data
VOLUME /data
USER node
EXPOSE 4000
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s --retries=3 \
  CMD ["node", "--eval", "fetch(`http://127.0.0.1:${process.env.PORT}/healthz`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# Without npm or a shell in between, so that SIGTERM and SIGUSR2 reach the process itself, which starts the one that serves.
ENTRYPOINT ["node", "bin/live-ledger.js"]
CMD ["serve"]
