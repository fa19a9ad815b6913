# Caddy without root: its certificates are in a volume that must be its own user's.
FROM caddy:2.11
RUN adduser -D -u 10002 caddy && chown -R caddy /data /config
USER caddy
