SELECT
  "t5"."position",
  "t5"."credited_mg"
FROM (
  SELECT
    "t4"."scene",
    "t4"."region",
    "t4"."person",
    "t4"."reference",
    "t4"."asset",
    "t4"."evidence",
    "t4"."day",
    "t4"."position",
    "t4"."distance_km",
    "t4"."steps",
    "t4"."reduction_mg",
    CASE
      WHEN "t4"."scene" IN ('trial_ride', 'trial_walk')
      THEN LEAST(
        "t4"."credited_mg",
        GREATEST(
          0,
          100000 - COALESCE(
            SUM(GREATEST("t4"."credited_mg", 0)) OVER (
              PARTITION BY "t4"."scene" IN ('trial_ride', 'trial_walk'), "t4"."person", "t4"."day"
              ORDER BY "t4"."position" ASC
              ROWS BETWEEN UNBOUNDED PRECEDING AND 1 preceding
            ),
            0
          )
        )
      )
      ELSE "t4"."credited_mg"
    END AS "credited_mg"
  FROM (
    SELECT
      "t3"."scene",
      "t3"."region",
      "t3"."person",
      "t3"."reference",
      "t3"."asset",
      "t3"."evidence",
      "t3"."day",
      "t3"."position",
      "t3"."distance_km",
      "t3"."steps",
      "t3"."reduction_mg",
      CASE
        WHEN "t3"."scene" IN ('trial_walk')
        THEN LEAST(
          "t3"."credited_mg",
          GREATEST(
            0,
            30000 - COALESCE(
              SUM(GREATEST("t3"."credited_mg", 0)) OVER (
                PARTITION BY "t3"."scene" IN ('trial_walk'), "t3"."person", "t3"."day"
                ORDER BY "t3"."position" ASC
                ROWS BETWEEN UNBOUNDED PRECEDING AND 1 preceding
              ),
              0
            )
          )
        )
        ELSE "t3"."credited_mg"
      END AS "credited_mg"
    FROM (
      SELECT
        "t2"."scene",
        "t2"."region",
        "t2"."person",
        "t2"."reference",
        "t2"."asset",
        "t2"."evidence",
        "t2"."day",
        "t2"."position",
        "t2"."distance_km",
        "t2"."steps",
        "t2"."reduction_mg",
        CASE
          WHEN "t2"."scene" IN ('trial_ride')
          THEN CASE
            WHEN COALESCE(
              SUM(CAST(GREATEST("t2"."credited_mg", 0) > 0 AS BIGINT)) OVER (
                PARTITION BY "t2"."scene" IN ('trial_ride'), "t2"."person", "t2"."day"
                ORDER BY "t2"."position" ASC
                ROWS BETWEEN UNBOUNDED PRECEDING AND 1 preceding
              ),
              0
            ) < 2
            THEN "t2"."credited_mg"
            ELSE "t2"."credited_mg" - GREATEST("t2"."credited_mg", 0)
          END
          ELSE "t2"."credited_mg"
        END AS "credited_mg"
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
          "t1"."distance_km",
          "t1"."steps",
          "t1"."reduction_mg",
          CASE
            WHEN "t1"."scene" IN ('trial_ride')
            THEN LEAST(
              "t1"."credited_mg",
              GREATEST(
                0,
                50000 - COALESCE(
                  SUM(GREATEST("t1"."credited_mg", 0)) OVER (
                    PARTITION BY "t1"."scene" IN ('trial_ride'), "t1"."position"
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
            "t0"."distance_km",
            "t0"."steps",
            "t0"."reduction_mg",
            COALESCE("t0"."reduction_mg", 0) AS "credited_mg"
          FROM "records" AS "t0"
        ) AS "t1"
      ) AS "t2"
    ) AS "t3"
  ) AS "t4"
) AS "t5"
