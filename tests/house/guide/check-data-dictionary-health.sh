#!/bin/bash

HEALTH_URL="http://localhost:8000/health"
ALERT_EMAIL="admin@yourdomain.com"

# Check health endpoint
RESPONSE=$(curl -s -o /dev/null -w "%{http_code}" $HEALTH_URL)

if [ "$RESPONSE" != "200" ]; then
  echo "Data Dictionary health check failed: HTTP $RESPONSE" | mail -s "ALERT: Data Dictionary Down" $ALERT_EMAIL
  exit 1
fi

exit 0
