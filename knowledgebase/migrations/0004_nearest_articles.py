from importlib import import_module

from django.db import migrations

from accounts.rls import CURRENT, open_door

ARGUMENTS = "words text[], grams text[], needs_all boolean, most integer"
RETURNS = "TABLE (id bigint, rank real)"
LIVE = f"t.workspace_id = {CURRENT} AND t.live_at IS NOT NULL"
TITLE = """
    CASE language
    WHEN 'en' THEN to_tsvector('english'::regconfig, live_title)
    WHEN 'ru' THEN to_tsvector('russian'::regconfig, live_title)
    ELSE to_tsvector('simple'::regconfig, live_title) END
"""
TITLES = f"""
    CREATE INDEX article_titles ON knowledgebase_articletranslation USING gin (({TITLE}))
"""
# A rank is dear, since every text has to be read for it. What very many say is therefore ranked only as
# far as it goes: first those that say it in their title, then as many others; where some of the words
# are enough, so many for each word, so that a rare one is found beside common ones.
FIND = f"""
    WITH each AS (
        SELECT (
            plainto_tsquery('english', word) || plainto_tsquery('russian', word)
            || to_tsquery('simple', quote_literal(word) || ':*')
        ) AS query
        FROM unnest(words) AS word
        WHERE numnode(plainto_tsquery('english', word)) > 0
        AND numnode(plainto_tsquery('russian', word)) > 0
        UNION ALL SELECT to_tsquery('simple', quote_literal(gram)) FROM unnest(grams) AS gram
    ), asked AS (
        SELECT string_agg('(' || query::text || ')', CASE WHEN needs_all THEN ' & ' ELSE ' | ' END)::tsquery AS query
        FROM each
    ), wanted AS (
        SELECT query FROM asked WHERE needs_all UNION ALL SELECT query FROM each WHERE NOT needs_all
    ), near AS (
        SELECT found.id FROM wanted, LATERAL (
            (SELECT t.id FROM knowledgebase_articletranslation AS t
             WHERE {LIVE} AND {TITLE} @@ wanted.query LIMIT most)
            UNION ALL
            (SELECT t.id FROM knowledgebase_articletranslation AS t
             WHERE {LIVE} AND t.search @@ wanted.query LIMIT most)
        ) AS found
    )
    SELECT t.id, ts_rank(t.search, asked.query)
    FROM knowledgebase_articletranslation AS t, asked
    WHERE t.id IN (SELECT near.id FROM near)
    ORDER BY 2 DESC, 1 LIMIT most
"""
DOOR = "FUNCTION find_articles(text[], text[], boolean, integer)"


def door(body: str) -> migrations.RunSQL:
    return open_door("find_articles", arguments=ARGUMENTS, returns=RETURNS, body=body)


class Migration(migrations.Migration):
    dependencies = [("knowledgebase", "0003_inserted_articles")]

    before = door(import_module("knowledgebase.migrations.0002_articles").FIND)
    operations = [
        migrations.RunSQL(TITLES, "DROP INDEX article_titles"),
        migrations.RunSQL(before.reverse_sql, before.sql),
        door(FIND),
        # A limit makes reading everything look cheap, and reading everything means to unpack it all.
        migrations.RunSQL(
            f"ALTER {DOOR} SET enable_seqscan = off", f"ALTER {DOOR} RESET enable_seqscan"
        ),
    ]
