create index month_reports_of_status on month_reports (organisation_id, month, status, placement_id);
