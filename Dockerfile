# ddgend and ddgen-tui in one image.
#
#   docker build -t ddgen .
#   docker run --name ddgen -v ./drops:/drops:ro -v ddgen-data:/app/data ddgen
#   docker exec -it ddgen ddgen-tui
#
# Settings: environment (packaging/ddgen.env.example), a .env in /app, or a file mounted over
# /etc/ddgen/ddgen.toml. HTTP listens inside the container only; to publish its port say
# HOST=0.0.0.0 and API_KEY_ENABLED=false.

# Any image with Rust 1.95 or later and a C compiler, and any glibc at least as new as its own.
ARG BUILD_IMAGE=docker.io/library/rust:1.95-bookworm
ARG RUN_IMAGE=docker.io/library/debian:bookworm-slim

FROM ${BUILD_IMAGE} AS build
WORKDIR /src
COPY . .
RUN cargo build --release --locked --bins \
    && install -D -t /out target/release/ddgend target/release/ddgen-tui

FROM ${RUN_IMAGE}
# Numbers that collide with no account of the host by accident; files in volumes keep them.
ARG UID=10001
ARG GID=10001
RUN groupadd --system --gid ${GID} ddgen \
    && useradd --system --uid ${UID} --gid ddgen --home-dir /app --shell /usr/sbin/nologin ddgen \
    && install -d -o ddgen -g ddgen -m 0750 /app /app/data /run/ddgen \
    && install -d -o ddgen -g ddgen -m 0755 /drops \
    && install -d /etc/ddgen \
    && printf '[[watch]]\nname = "drops"\npath = "/drops"\n' > /etc/ddgen/ddgen.toml
COPY --from=build /out/ /usr/local/bin/

# The guide's DATABASE_URL=sqlite:///./data/app.db names the same folder.
ENV DDGEN_DATA_DIR=/app/data \
    DDGEN_RUNTIME_DIR=/run/ddgen \
    TERM=xterm-256color

WORKDIR /app
USER ddgen
VOLUME ["/app/data"]
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=10s --start-period=40s --retries=3 CMD ["ddgend", "health"]
ENTRYPOINT ["ddgend"]
CMD ["run"]
