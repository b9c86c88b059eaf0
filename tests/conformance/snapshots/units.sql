SELECT
  CASE
    WHEN "t3"."counts"
    THEN CAST(FLOOR(
      FLOOR(
        (
          CASE
            WHEN ABS("t3"."baseline_g") < CAST('1000000.0' AS DOUBLE)
            THEN "t3"."baseline_g"
            ELSE CAST(NULL AS DOUBLE)
          END * CAST('1000000.0' AS DOUBLE)
        ) + CAST('0.5679' AS DOUBLE)
      ) / CAST('1000.0' AS DOUBLE)
    ) AS BIGINT)
    ELSE NULL
  END AS "baseline_mg",
  CASE
    WHEN "t3"."counts"
    THEN CAST(FLOOR(
      FLOOR(
        (
          CASE
            WHEN ABS("t3"."activity_g") < CAST('1000000.0' AS DOUBLE)
            THEN "t3"."activity_g"
            ELSE CAST(NULL AS DOUBLE)
          END * CAST('1000000.0' AS DOUBLE)
        ) + CAST('0.5679' AS DOUBLE)
      ) / CAST('1000.0' AS DOUBLE)
    ) AS BIGINT)
    ELSE NULL
  END AS "activity_mg",
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
      "t3"."distance_km" < CAST('0.0' AS DOUBLE)
    )
    THEN 'negative-distance_km'
    WHEN (
      "t3"."scene" = 'trial'
    ) AND (
      "t3"."area_m2" < CAST('0.0' AS DOUBLE)
    )
    THEN 'negative-area_m2'
    WHEN (
      "t3"."scene" = 'trial'
    )
    AND (
      (
        "t3"."baseline_g" IS NULL
      )
      OR (
        "t3"."activity_g" IS NULL
      )
      OR (
        "t3"."reduction_g" IS NULL
      )
    )
    THEN 'no-result'
    ELSE CAST(NULL AS TEXT)
  END AS "refused",
  COALESCE(
    "t3"."counts"
    AND (
      (
        "t3"."baseline_size" >= CAST('1000000.0' AS DOUBLE)
      )
      OR (
        "t3"."activity_size" >= CAST('1000000.0' AS DOUBLE)
      )
      OR (
        "t3"."reduction_size" >= CAST('1000000.0' AS DOUBLE)
      )
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
    "t2"."distance_km",
    "t2"."area_m2",
    "t2"."baseline_g",
    "t2"."activity_g",
    "t2"."reduction_g",
    "t2"."baseline_size",
    "t2"."activity_size",
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
        NOT "t2"."baseline_g" IS NULL
      )
      AND (
        NOT "t2"."activity_g" IS NULL
      )
      AND (
        NOT "t2"."reduction_g" IS NULL
      )
      AND COALESCE("t2"."a" >= CAST('0.0' AS DOUBLE), TRUE)
      AND COALESCE("t2"."distance_km" >= CAST('0.0' AS DOUBLE), TRUE)
      AND COALESCE("t2"."area_m2" >= CAST('0.0' AS DOUBLE), TRUE)
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
      "t1"."distance_km",
      "t1"."area_m2",
      CASE
        WHEN "t1"."scene" = 'trial'
        THEN (
          (
            "t1"."a" + (
              CAST('1.0' AS DOUBLE) * CAST('1000.0' AS DOUBLE)
            )
          ) - (
            CAST('500.0' AS DOUBLE) * CAST('0.001' AS DOUBLE)
          )
        ) + (
          "t1"."distance_km" * CAST('3.0' AS DOUBLE)
        ) + (
          CAST('250.0' AS DOUBLE) * CAST('4.0' AS DOUBLE) * CAST('0.001' AS DOUBLE)
        )
        ELSE CAST(NULL AS DOUBLE)
      END AS "baseline_g",
      CASE
        WHEN "t1"."scene" = 'trial'
        THEN SQRT(
          CASE
            WHEN "t1"."area_m2" >= CAST('0.0' AS DOUBLE)
            THEN "t1"."area_m2"
            ELSE CAST(NULL AS DOUBLE)
          END
        ) * CAST('2.0' AS DOUBLE)
        ELSE CAST(NULL AS DOUBLE)
      END AS "activity_g",
      CASE
        WHEN "t1"."scene" = 'trial'
        THEN CASE FLOOR(
            (
              (
                (
                  "t1"."distance_km" - (
                    CAST('1500.0' AS DOUBLE) * CAST('0.001' AS DOUBLE)
                  )
                ) / GREATEST(
                  ABS("t1"."distance_km"),
                  ABS(CAST('1500.0' AS DOUBLE) * CAST('0.001' AS DOUBLE)),
                  CAST('1.0' AS DOUBLE)
                )
              ) * CAST('1000000000.0' AS DOUBLE)
            ) + CAST('0.5679' AS DOUBLE)
          ) > CAST('0.0' AS DOUBLE)
          WHEN TRUE
          THEN CAST('0.5' AS DOUBLE)
          WHEN FALSE
          THEN CAST('7.0' AS DOUBLE) * CAST('0.001' AS DOUBLE)
          ELSE CAST(NULL AS DOUBLE)
        END * CAST('1000.0' AS DOUBLE)
        ELSE CAST(NULL AS DOUBLE)
      END AS "reduction_g",
      CASE
        WHEN "t1"."scene" = 'trial'
        THEN ABS("t1"."a") + (
          ABS(CAST('1.0' AS DOUBLE)) * CAST('1000.0' AS DOUBLE)
        ) + (
          ABS(CAST('500.0' AS DOUBLE)) * CAST('0.001' AS DOUBLE)
        ) + (
          ABS("t1"."distance_km") * ABS(CAST('3.0' AS DOUBLE))
        ) + (
          ABS(CAST('250.0' AS DOUBLE)) * ABS(CAST('4.0' AS DOUBLE)) * CAST('0.001' AS DOUBLE)
        )
        ELSE CAST(NULL AS DOUBLE)
      END AS "baseline_size",
      CASE
        WHEN "t1"."scene" = 'trial'
        THEN ABS(
          SQRT(
            CASE
              WHEN "t1"."area_m2" >= CAST('0.0' AS DOUBLE)
              THEN "t1"."area_m2"
              ELSE CAST(NULL AS DOUBLE)
            END
          )
        ) * ABS(CAST('2.0' AS DOUBLE))
        ELSE CAST(NULL AS DOUBLE)
      END AS "activity_size",
      CASE
        WHEN "t1"."scene" = 'trial'
        THEN GREATEST(
          COALESCE(ABS(CAST('0.5' AS DOUBLE)), CAST('0.0' AS DOUBLE)),
          COALESCE(ABS(CAST('7.0' AS DOUBLE)) * CAST('0.001' AS DOUBLE), CAST('0.0' AS DOUBLE))
        ) * CAST('1000.0' AS DOUBLE)
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
          WHEN ABS("t0"."distance_km") <= CAST('1e+300' AS DOUBLE)
          THEN "t0"."distance_km"
          ELSE CAST(NULL AS DOUBLE)
        END AS "distance_km",
        CASE
          WHEN ABS("t0"."area_m2") <= CAST('1e+300' AS DOUBLE)
          THEN "t0"."area_m2"
          ELSE CAST(NULL AS DOUBLE)
        END AS "area_m2"
      FROM "records" AS "t0"
    ) AS "t1"
  ) AS "t2"
) AS "t3"
