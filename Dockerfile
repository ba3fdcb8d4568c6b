# Small, without root, on a read-only file system:
#   docker run --read-only --tmpfs /tmp -v bot-data:/data -v ./secrets:/secrets solidarity-bot
# /data is everything that the bot writes. /secrets holds config.yaml and the key (and what token_file and
# password_file name), owned by user 10001, mode 600. Paths of the configuration begin at /, so that those of
# config.example.yaml fit as they are.

FROM python:3.13-slim AS build
WORKDIR /src
COPY requirements/run.txt requirements/postgres.txt requirements/build.txt requirements/
RUN python -m venv /opt/bot \
    && /opt/bot/bin/pip install --no-cache-dir --no-deps --require-hashes -r requirements/run.txt -r requirements/postgres.txt \
    && python -m pip install --no-cache-dir --no-deps --require-hashes -r requirements/build.txt
COPY pyproject.toml README.md LICENSE ./
COPY bot bot
COPY content content
RUN python -m pip wheel --no-cache-dir --no-deps --no-build-isolation --wheel-dir /wheels . \
    && /opt/bot/bin/pip install --no-cache-dir --no-deps /wheels/*.whl \
    && /opt/bot/bin/python -m pip uninstall --yes pip

FROM python:3.13-slim
ENV PATH=/opt/bot/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
COPY --from=build /opt/bot /opt/bot
RUN useradd --uid 10001 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin bot \
    && install -d -o bot -g bot -m 700 /data /secrets \
    && ln -s /secrets/config.yaml /config.yaml
USER 10001:10001
WORKDIR /
VOLUME ["/data", "/secrets"]
STOPSIGNAL SIGTERM
# The bot touches this file each 20 seconds for as long as its loop lives.
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
    CMD ["sh", "-c", "test -n \"$(find /data/alive -mmin -1)\""]
ENTRYPOINT ["solidarity-bot"]
CMD ["run"]
