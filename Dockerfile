# One small container: the app, its SQLite files in /data.
FROM python:3.13-slim
WORKDIR /app
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 DATA_DIR=/data
COPY pyproject.toml requirements.lock requirements-static.lock README.md LICENSE manifest.json ./
COPY plugin plugin
COPY webhooks webhooks
COPY storefront_snippets storefront_snippets
RUN pip install --no-cache-dir --constraint requirements.lock --editable . \
    && pip install --no-cache-dir --no-deps --requirement requirements-static.lock \
    && useradd --create-home tandem && mkdir /data && chown tandem /data
USER tandem
VOLUME /data
EXPOSE 5000
HEALTHCHECK --interval=30s --timeout=3s CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:5000/ready', timeout=2)"]
CMD ["tandem", "serve"]
