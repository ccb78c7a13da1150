# The stand-in for EventStoreDB under the server's name, for machines that cannot pull its image. It is no EventStoreDB.
FROM node:20.20.2-bookworm-slim
RUN apt-get update && apt-get install --yes --no-install-recommends curl
WORKDIR /app
COPY package.json eventstoredb.mjs ./
COPY stand-in ./stand-in
VOLUME /var/lib/eventstore
ENTRYPOINT ["node", "eventstoredb.mjs"]
