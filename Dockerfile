# syntax=docker/dockerfile:1
# Builds and runs with: docker build -t kentongan . && docker run kentongan doctor

FROM golang:1.26.8-bookworm AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN --mount=type=cache,target=/go/pkg/mod go mod download
COPY . .
# Static, so that the image needs neither a C library nor a shell.
RUN --mount=type=cache,target=/go/pkg/mod --mount=type=cache,target=/root/.cache/go-build \
    CGO_ENABLED=0 go build -trimpath -ldflags='-s -w' -o /out/kentongan ./cmd/kentongan
# The image below has no shell to make the folder of evidence and keys with.
RUN install -d -m 0700 -o 65532 -g 65532 /out/data

# Nothing but the binary, certificates for the chat networks, and a folder that
# an unprivileged user may write to. Time zones are inside the binary.
FROM scratch
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY --from=build /out/kentongan /usr/local/bin/kentongan
COPY --from=build --chown=65532:65532 /out/data /var/lib/kentongan
COPY LICENSE /usr/share/doc/kentongan/LICENSE
USER 65532:65532
ENV KENTONGAN_DATA_DIR=/var/lib/kentongan \
    KENTONGAN_LISTEN=0.0.0.0:8080
VOLUME /var/lib/kentongan
EXPOSE 8080
# Alive, not ready: a database that is away for a moment is no reason to restart.
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s --retries=3 \
    CMD ["/usr/local/bin/kentongan", "health"]
# SIGTERM stops it cleanly, within seconds.
STOPSIGNAL SIGTERM
ENTRYPOINT ["/usr/local/bin/kentongan"]
CMD ["serve"]
