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
      "t3"."x" < CAST('0.0' AS DOUBLE)
    )
    THEN 'negative-x'
    WHEN (
      "t3"."scene" = 'trial'
    ) AND (
      "t3"."z" < CAST('0.0' AS DOUBLE)
    )
    THEN 'negative-z'
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
    "t2"."x",
    "t2"."z",
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
      AND COALESCE("t2"."x" >= CAST('0.0' AS DOUBLE), TRUE)
      AND COALESCE("t2"."z" >= CAST('0.0' AS DOUBLE), TRUE)
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
      "t1"."x",
      "t1"."z",
      CASE
        WHEN "t1"."scene" = 'trial'
        THEN CASE FLOOR(
            (
              (
                (
                  (
                    "t1"."x" * CAST('0.1' AS DOUBLE)
                  ) - "t1"."z"
                ) / GREATEST(ABS("t1"."x" * CAST('0.1' AS DOUBLE)), ABS("t1"."z"), CAST('1.0' AS DOUBLE))
              ) * CAST('1000000000.0' AS DOUBLE)
            ) + CAST('0.5679' AS DOUBLE)
          ) < CAST('0.0' AS DOUBLE)
          WHEN TRUE
          THEN CAST('1.0' AS DOUBLE)
          WHEN FALSE
          THEN CAST('0.0' AS DOUBLE)
          ELSE CAST(NULL AS DOUBLE)
        END + CASE FLOOR(
            (
              (
                (
                  (
                    "t1"."x" * CAST('0.1' AS DOUBLE)
                  ) - "t1"."z"
                ) / GREATEST(ABS("t1"."x" * CAST('0.1' AS DOUBLE)), ABS("t1"."z"), CAST('1.0' AS DOUBLE))
              ) * CAST('1000000000.0' AS DOUBLE)
            ) + CAST('0.5679' AS DOUBLE)
          ) <= CAST('0.0' AS DOUBLE)
          WHEN TRUE
          THEN CAST('10.0' AS DOUBLE)
          WHEN FALSE
          THEN CAST('0.0' AS DOUBLE)
          ELSE CAST(NULL AS DOUBLE)
        END + CASE FLOOR(
            (
              (
                (
                  (
                    "t1"."x" * CAST('0.1' AS DOUBLE)
                  ) - "t1"."z"
                ) / GREATEST(ABS("t1"."x" * CAST('0.1' AS DOUBLE)), ABS("t1"."z"), CAST('1.0' AS DOUBLE))
              ) * CAST('1000000000.0' AS DOUBLE)
            ) + CAST('0.5679' AS DOUBLE)
          ) = CAST('0.0' AS DOUBLE)
          WHEN TRUE
          THEN CAST('100.0' AS DOUBLE)
          WHEN FALSE
          THEN CAST('0.0' AS DOUBLE)
          ELSE CAST(NULL AS DOUBLE)
        END + CASE FLOOR(
            (
              (
                (
                  (
                    "t1"."x" * CAST('0.1' AS DOUBLE)
                  ) - "t1"."z"
                ) / GREATEST(ABS("t1"."x" * CAST('0.1' AS DOUBLE)), ABS("t1"."z"), CAST('1.0' AS DOUBLE))
              ) * CAST('1000000000.0' AS DOUBLE)
            ) + CAST('0.5679' AS DOUBLE)
          ) <> CAST('0.0' AS DOUBLE)
          WHEN TRUE
          THEN CAST('1000.0' AS DOUBLE)
          WHEN FALSE
          THEN CAST('0.0' AS DOUBLE)
          ELSE CAST(NULL AS DOUBLE)
        END + CASE FLOOR(
            (
              (
                (
                  (
                    "t1"."x" * CAST('0.1' AS DOUBLE)
                  ) - "t1"."z"
                ) / GREATEST(ABS("t1"."x" * CAST('0.1' AS DOUBLE)), ABS("t1"."z"), CAST('1.0' AS DOUBLE))
              ) * CAST('1000000000.0' AS DOUBLE)
            ) + CAST('0.5679' AS DOUBLE)
          ) >= CAST('0.0' AS DOUBLE)
          WHEN TRUE
          THEN CAST('10000.0' AS DOUBLE)
          WHEN FALSE
          THEN CAST('0.0' AS DOUBLE)
          ELSE CAST(NULL AS DOUBLE)
        END + CASE FLOOR(
            (
              (
                (
                  (
                    "t1"."x" * CAST('0.1' AS DOUBLE)
                  ) - "t1"."z"
                ) / GREATEST(ABS("t1"."x" * CAST('0.1' AS DOUBLE)), ABS("t1"."z"), CAST('1.0' AS DOUBLE))
              ) * CAST('1000000000.0' AS DOUBLE)
            ) + CAST('0.5679' AS DOUBLE)
          ) > CAST('0.0' AS DOUBLE)
          WHEN TRUE
          THEN CAST('100000.0' AS DOUBLE)
          WHEN FALSE
          THEN CAST('0.0' AS DOUBLE)
          ELSE CAST(NULL AS DOUBLE)
        END
        ELSE CAST(NULL AS DOUBLE)
      END AS "reduction_g",
      CASE
        WHEN "t1"."scene" = 'trial'
        THEN GREATEST(
          COALESCE(ABS(CAST('1.0' AS DOUBLE)), CAST('0.0' AS DOUBLE)),
          COALESCE(ABS(CAST('0.0' AS DOUBLE)), CAST('0.0' AS DOUBLE))
        ) + GREATEST(
          COALESCE(ABS(CAST('10.0' AS DOUBLE)), CAST('0.0' AS DOUBLE)),
          COALESCE(ABS(CAST('0.0' AS DOUBLE)), CAST('0.0' AS DOUBLE))
        ) + GREATEST(
          COALESCE(ABS(CAST('100.0' AS DOUBLE)), CAST('0.0' AS DOUBLE)),
          COALESCE(ABS(CAST('0.0' AS DOUBLE)), CAST('0.0' AS DOUBLE))
        ) + GREATEST(
          COALESCE(ABS(CAST('1000.0' AS DOUBLE)), CAST('0.0' AS DOUBLE)),
          COALESCE(ABS(CAST('0.0' AS DOUBLE)), CAST('0.0' AS DOUBLE))
        ) + GREATEST(
          COALESCE(ABS(CAST('10000.0' AS DOUBLE)), CAST('0.0' AS DOUBLE)),
          COALESCE(ABS(CAST('0.0' AS DOUBLE)), CAST('0.0' AS DOUBLE))
        ) + GREATEST(
          COALESCE(ABS(CAST('100000.0' AS DOUBLE)), CAST('0.0' AS DOUBLE)),
          COALESCE(ABS(CAST('0.0' AS DOUBLE)), CAST('0.0' AS DOUBLE))
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
          WHEN ABS("t0"."x") <= CAST('1e+300' AS DOUBLE)
          THEN "t0"."x"
          ELSE CAST(NULL AS DOUBLE)
        END AS "x",
        CASE
          WHEN ABS("t0"."z") <= CAST('1e+300' AS DOUBLE)
          THEN "t0"."z"
          ELSE CAST(NULL AS DOUBLE)
        END AS "z"
      FROM "records" AS "t0"
    ) AS "t1"
  ) AS "t2"
) AS "t3"
