-- For people: names, words and local times. They are made anew whenever the version changes.

create view severities (id, word) as values (0, 'ok'), (1, 'warning'), (2, 'unknown'), (3, 'critical');

create view seats_daily as
select date(seats.day * 86400, 'unixepoch') as day, sites.name as site, owners.name as owner,
	modules.name as module, owner_modules.description, owner_modules.plan,
	seats.in_use, seats.total, seats.invented
from sites
join owners on owners.site = sites.id
join seats on seats.owner = owners.id
join modules on modules.id = seats.module
left join owner_modules on owner_modules.owner = seats.owner and owner_modules.module = seats.module;

create view states as
select sites.name as site, owners.name as owner,
	datetime(bands.began / 1000, 'unixepoch', 'localtime') as began,
	datetime(coalesce(bands.until, (select max(until) from watches)) / 1000, 'unixepoch', 'localtime') as until,
	severities.word as severity, bands.status, bands.text, bands.until is null as lasts, bands.invented
from sites
join owners on owners.site = sites.id
join bands on bands.owner = owners.id
join severities on severities.id = bands.severity;

create view watched as
select datetime(began / 1000, 'unixepoch', 'localtime') as began,
	datetime(until / 1000, 'unixepoch', 'localtime') as until
from watches;

create view news as
select events.id, datetime(events.at / 1000, 'unixepoch', 'localtime') as at, sites.name as site, owners.name as owner, events.network,
	was.word as was, became.word as became, events.appeared, events.gone, events.invented
from events
join owners on owners.id = events.owner
join sites on sites.id = owners.site
join severities was on was.id = events.was
join severities became on became.id = events.became;

create view findings as
select news.id as news, at, site, owner, change,
	value ->> 'kind' as kind, value ->> 'case' as "case", value ->> 'severity' as severity,
	value ->> 'text' as text, value ->> 'action' as action, invented
from (
	select news.*, 'appeared' as change, value from news, json_each(news.appeared)
	union all
	select news.*, 'gone', value from news, json_each(news.gone)
) as news;

create view notifications as
select tellings.id, datetime(tellings.at / 1000, 'unixepoch', 'localtime') as at, tellings.title, tellings.text,
	severities.word as severity, tellings.outcome, tellings.why,
	(select group_concat(rtrim(sites.name || ', ' || owners.name, ', '), '; ')
		from about join owners on owners.id = about.owner join sites on sites.id = owners.site
		where about.telling = tellings.id) as about,
	tellings.invented
from tellings
join severities on severities.id = tellings.severity;
