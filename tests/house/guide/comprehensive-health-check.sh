# Comprehensive health check script
#!/bin/bash

# Check application health
APP_HEALTH=$(curl -s -o /dev/null -w "%{http_code}" http://localhost:8000/health)

# Check database health
DB_HEALTH=$(curl -s http://localhost:8000/api/v1/database/health | jq -r '.status')

# Check disk space
DISK_USAGE=$(df -h /app/data | awk 'NR==2 {print $5}' | sed 's/%//')

# Check memory usage
MEM_USAGE=$(free | awk 'NR==2 {printf "%.0f", $3/$2 * 100}')

# Alert if unhealthy
if [ "$APP_HEALTH" != "200" ] || [ "$DB_HEALTH" != "healthy" ] || [ "$DISK_USAGE" -gt 80 ] || [ "$MEM_USAGE" -gt 90 ]; then
  # Send alert
  echo "ALERT: System unhealthy" | mail -s "Data Dictionary Alert" admin@yourdomain.com
fi
