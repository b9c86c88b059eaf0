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
      COALESCE("t3"."region" <> '000000', FALSE)
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
      "t3"."a" < CAST('0.0' AS DOUBLE)
    )
    THEN 'negative-a'
    WHEN (
      "t3"."scene" = 'trial'
    ) AND (
      "t3"."b" < CAST('0.0' AS DOUBLE)
    )
    THEN 'negative-b'
    WHEN (
      "t3"."scene" = 'trial'
    ) AND (
      "t3"."c" < CAST('0.0' AS DOUBLE)
    )
    THEN 'negative-c'
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
    "t2"."a",
    "t2"."b",
    "t2"."c",
    "t2"."reduction_g",
    "t2"."reduction_size",
    (
      "t2"."region" <> '000000'
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
      AND COALESCE("t2"."a" >= CAST('0.0' AS DOUBLE), TRUE)
      AND COALESCE("t2"."b" >= CAST('0.0' AS DOUBLE), TRUE)
      AND COALESCE("t2"."c" >= CAST('0.0' AS DOUBLE), TRUE)
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
      "t1"."a",
      "t1"."b",
      "t1"."c",
      CASE
        WHEN "t1"."scene" = 'trial'
        THEN -(
          NULLIF(
            GREATEST(
              COALESCE(-(
                "t1"."a"
              ), CAST('nan' AS DOUBLE)),
              COALESCE(-(
                "t1"."b"
              ), CAST('nan' AS DOUBLE)),
              COALESCE(-(
                "t1"."c"
              ), CAST('nan' AS DOUBLE))
            ),
            CAST('nan' AS DOUBLE)
          )
        )
        ELSE CAST(NULL AS DOUBLE)
      END AS "reduction_g",
      CASE
        WHEN "t1"."scene" = 'trial'
        THEN GREATEST(
          COALESCE(ABS("t1"."a"), CAST('0.0' AS DOUBLE)),
          COALESCE(ABS("t1"."b"), CAST('0.0' AS DOUBLE)),
          COALESCE(ABS("t1"."c"), CAST('0.0' AS DOUBLE))
        )
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
          WHEN ABS("t0"."a") <= CAST('1e+300' AS DOUBLE)
          THEN "t0"."a"
          ELSE CAST(NULL AS DOUBLE)
        END AS "a",
        CASE
          WHEN ABS("t0"."b") <= CAST('1e+300' AS DOUBLE)
          THEN "t0"."b"
          ELSE CAST(NULL AS DOUBLE)
        END AS "b",
        CASE
          WHEN ABS("t0"."c") <= CAST('1e+300' AS DOUBLE)
          THEN "t0"."c"
          ELSE CAST(NULL AS DOUBLE)
        END AS "c"
      FROM "records" AS "t0"
    ) AS "t1"
  ) AS "t2"
) AS "t3"
