SELECT
  "t2"."position",
  "t2"."credited_mg"
FROM (
  SELECT
    "t1"."scene",
    "t1"."region",
    "t1"."person",
    "t1"."reference",
    "t1"."asset",
    "t1"."evidence",
    "t1"."day",
    "t1"."position",
    "t1"."a",
    "t1"."reduction_mg",
    CASE
      WHEN "t1"."scene" IN ('trial')
      THEN LEAST(
        "t1"."credited_mg",
        GREATEST(
          0,
          100000 - COALESCE(
            SUM(GREATEST("t1"."credited_mg", 0)) OVER (
              PARTITION BY "t1"."scene" IN ('trial'), "t1"."person", (
                EXTRACT(YEAR FROM "t1"."day") * 12
              ) + EXTRACT(MONTH FROM "t1"."day")
              ORDER BY "t1"."position" ASC
              ROWS BETWEEN UNBOUNDED PRECEDING AND 1 preceding
            ),
            0
          )
        )
      )
      ELSE "t1"."credited_mg"
    END AS "credited_mg"
  FROM (
    SELECT
      "t0"."scene",
      "t0"."region",
      "t0"."person",
      "t0"."reference",
      "t0"."asset",
      "t0"."evidence",
      "t0"."day",
      "t0"."position",
      "t0"."a",
      "t0"."reduction_mg",
      COALESCE("t0"."reduction_mg", 0) AS "credited_mg"
    FROM "records" AS "t0"
  ) AS "t1"
) AS "t2"
