SELECT
  CASE
    WHEN "t3"."counts"
    THEN CAST(FLOOR(
      FLOOR(
        (
          CASE
            WHEN ABS("t3"."reduction_g") < CAST('1000000.0' AS DOUBLE)
            THEN "t3"."reduction_g"
            ELSE CAST(NULL AS DOUBLE)
          END * CAST('1000000.0' AS DOUBLE)
        ) + CAST('0.5679' AS DOUBLE)
      ) / CAST('1000.0' AS DOUBLE)
    ) AS BIGINT)
    ELSE NULL
  END AS "reduction_mg",
  CASE
    WHEN "t3"."counts"
    THEN CAST(NULL AS TEXT)
    WHEN NOT (
      COALESCE("t3"."scene" = 'trial', FALSE)
    )
    THEN 'scene-not-covered'
    WHEN NOT (
      COALESCE(NOT "t3"."region" IS NULL, FALSE)
    )
    THEN 'region-not-covered'
    WHEN "t3"."day" IS NULL
    THEN 'missing-day'
    WHEN NOT (
      "t3"."day" >= MAKE_DATE(2024, 1, 1)
    )
    THEN 'outside-validity'
    WHEN (
      "t3"."scene" = 'trial'
    ) AND (
      "t3"."distance_km" < CAST('0.0' AS DOUBLE)
    )
    THEN 'negative-distance_km'
    WHEN (
      "t3"."scene" = 'trial'
    )
    AND (
      (
        "t3"."reduction_g" IS NULL
      )
      AND (
        CASE
          WHEN "t3"."region" = '420102'
          THEN CAST('5.0' AS DOUBLE)
          WHEN "t3"."region" BETWEEN '420100' AND '420199'
          AND (
            "t3"."day" < MAKE_DATE(2025, 1, 1)
          )
          THEN CAST('4.0' AS DOUBLE)
          WHEN "t3"."region" BETWEEN '420000' AND '429999'
          THEN CAST('3.0' AS DOUBLE)
          WHEN "t3"."region" <> '000000'
          THEN CAST('2.0' AS DOUBLE)
          ELSE CAST('1.0' AS DOUBLE)
        END IS NULL
      )
    )
    THEN 'no-value-per_km'
    WHEN (
      "t3"."scene" = 'trial'
    ) AND (
      "t3"."reduction_g" IS NULL
    )
    THEN 'no-result'
    ELSE CAST(NULL AS TEXT)
  END AS "refused",
  COALESCE(
    "t3"."counts" AND (
      "t3"."reduction_size" >= CAST('1000000.0' AS DOUBLE)
    ),
    FALSE
  ) AS "inexact"
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
    "t2"."reduction_g",
    "t2"."reduction_size",
    (
      NOT "t2"."region" IS NULL
    )
    AND (
      "t2"."day" >= MAKE_DATE(2024, 1, 1)
    )
    AND (
      NOT "t2"."day" IS NULL
    )
    AND (
      (
        "t2"."scene" = 'trial'
      )
      AND (
        NOT "t2"."reduction_g" IS NULL
      )
      AND COALESCE("t2"."distance_km" >= CAST('0.0' AS DOUBLE), TRUE)
    ) AS "counts"
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
      CASE
        WHEN "t1"."scene" = 'trial'
        THEN "t1"."distance_km" * CASE
          WHEN "t1"."region" = '420102'
          THEN CAST('5.0' AS DOUBLE)
          WHEN "t1"."region" BETWEEN '420100' AND '420199'
          AND (
            "t1"."day" < MAKE_DATE(2025, 1, 1)
          )
          THEN CAST('4.0' AS DOUBLE)
          WHEN "t1"."region" BETWEEN '420000' AND '429999'
          THEN CAST('3.0' AS DOUBLE)
          WHEN "t1"."region" <> '000000'
          THEN CAST('2.0' AS DOUBLE)
          ELSE CAST('1.0' AS DOUBLE)
        END
        ELSE CAST(NULL AS DOUBLE)
      END AS "reduction_g",
      CASE
        WHEN "t1"."scene" = 'trial'
        THEN ABS("t1"."distance_km") * CAST('5.0' AS DOUBLE)
        ELSE CAST(NULL AS DOUBLE)
      END AS "reduction_size"
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
        CASE
          WHEN ABS("t0"."distance_km") <= CAST('1e+300' AS DOUBLE)
          THEN "t0"."distance_km"
          ELSE CAST(NULL AS DOUBLE)
        END AS "distance_km"
      FROM "records" AS "t0"
    ) AS "t1"
  ) AS "t2"
) AS "t3"
