# One image for every process; docker-compose.yml says which command each of them runs.
FROM python:3.11-slim-bookworm

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 DATA_DIR=/data
WORKDIR /srv/helpdesk

COPY requirements.txt .
RUN pip install --no-cache-dir --require-hashes -r requirements.txt

COPY . .
RUN useradd --system --uid 10001 helpdesk && install -d -o helpdesk -g helpdesk /data /backups
USER helpdesk
VOLUME ["/data"]
EXPOSE 8000

CMD ["python", "-m", "helpdesk.web", "--host", "0.0.0.0", "--port", "8000"]
