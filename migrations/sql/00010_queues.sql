-- +goose Up

-- Which queue a report waits in. An index whose condition read the state would be
-- written with all others at every change of it; these change where a report enters
-- or leaves a queue.
alter table reports
    add column to_verify boolean generated always as (state = 'submitted' or reopening) stored,
    add column to_answer boolean generated always as (state in ('dispatched', 'in_progress', 'reporter_replied')) stored,
    add column raised boolean generated always as (escalated and
        state in ('submitted', 'dispatched', 'in_progress', 'followed_up', 'reporter_replied', 'needs_info')) stored;
drop index reports_waiting;
drop index reports_of_body;
create index reports_to_verify on reports (filed_at, id) where to_verify;
create index reports_to_answer on reports (agency, filed_at, id) where to_answer;
create index reports_raised on reports (filed_at, id) where raised;

-- Written by nothing but the statement that holds the report's row, and reports are
-- never deleted: looking for the row once more costs as much as writing the line.
alter table history drop constraint history_report;
alter table nudges drop constraint nudges_report;
