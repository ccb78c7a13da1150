# Debian's HAProxy under the name of the image that docker-compose.yml has, for machines that cannot pull it. It is an older version.
FROM node:20.20.2-bookworm-slim
RUN apt-get update && apt-get install --yes --no-install-recommends haproxy
ENTRYPOINT ["haproxy", "-W", "-db", "-f", "/usr/local/etc/haproxy/haproxy.cfg"]
