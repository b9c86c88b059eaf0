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
      COALESCE("t3"."scene" = 'trial_ride', FALSE)
    )
    THEN 'scene-not-covered'
    WHEN NOT (
      COALESCE("t3"."region" BETWEEN '420000' AND '429999', FALSE)
    )
    THEN 'region-not-covered'
    WHEN "t3"."day" IS NULL
    THEN 'missing-day'
    WHEN NOT (
      "t3"."day" >= MAKE_DATE(2024, 1, 1)
    )
    THEN 'outside-validity'
    WHEN NOT (
      "t3"."day" < MAKE_DATE(2025, 1, 1)
    )
    THEN 'outside-validity'
    WHEN NOT (
      "t3"."day" >= MAKE_DATE(2024, 3, 1)
    )
    THEN 'outside-crediting-window'
    WHEN NOT (
      "t3"."day" < MAKE_DATE(2024, 9, 1)
    )
    THEN 'outside-crediting-window'
    WHEN (
      "t3"."scene" = 'trial_ride'
    ) AND NOT (
      "t3"."evidence" = 'fare_record'
    )
    THEN 'evidence-not-accepted'
    WHEN (
      "t3"."scene" = 'trial_ride'
    )
    AND (
      "t3"."distance_km" < CAST('0.0' AS DOUBLE)
    )
    THEN 'negative-distance_km'
    WHEN (
      "t3"."scene" = 'trial_ride'
    ) AND (
      "t3"."distance_km" IS NULL
    )
    THEN 'missing-distance_km'
    WHEN (
      "t3"."scene" = 'trial_ride'
    )
    AND NOT (
      (
        "t3"."mode" = 'bus'
      )
      OR (
        "t3"."mode" = 'metro'
      )
      OR (
        "t3"."mode" = 'walk'
      )
      OR (
        "t3"."mode" = 'boat'
      )
      OR (
        "t3"."mode" = 'train'
      )
    )
    THEN 'unknown-mode'
    WHEN (
      "t3"."scene" = 'trial_ride'
    ) AND (
      "t3"."mode" IS NULL
    )
    THEN 'missing-mode'
    WHEN (
      "t3"."scene" = 'trial_ride'
    )
    AND (
      COALESCE("t3"."item_count", CAST('1.0' AS DOUBLE)) < CAST('0.0' AS DOUBLE)
    )
    THEN 'negative-item_count'
    WHEN (
      "t3"."scene" = 'trial_ride'
    )
    AND (
      COALESCE(
        "t3"."distance_km" >= CASE
          WHEN "t3"."mode" = 'bus'
          THEN CAST('2.0' AS DOUBLE)
          WHEN "t3"."mode" = 'metro'
          THEN CAST('2.0' AS DOUBLE)
          WHEN "t3"."mode" = 'walk'
          THEN CAST('2.0' AS DOUBLE)
          WHEN "t3"."mode" = 'train'
          THEN CAST('2.0' AS DOUBLE)
          ELSE CAST(NULL AS DOUBLE)
        END,
        TRUE
      )
      AND NOT (
        COALESCE(
          "t3"."distance_km" >= CASE
            WHEN "t3"."mode" = 'bus'
            THEN CAST('2.0' AS DOUBLE)
            WHEN "t3"."mode" = 'metro'
            THEN CAST('2.0' AS DOUBLE)
            WHEN "t3"."mode" = 'walk'
            THEN CAST('2.0' AS DOUBLE)
            WHEN "t3"."mode" = 'train'
            THEN CAST('2.0' AS DOUBLE)
            ELSE CAST(NULL AS DOUBLE)
          END,
          FALSE
        )
      )
      AND (
        CASE
          WHEN "t3"."mode" = 'bus'
          THEN CAST('2.0' AS DOUBLE)
          WHEN "t3"."mode" = 'metro'
          THEN CAST('2.0' AS DOUBLE)
          WHEN "t3"."mode" = 'walk'
          THEN CAST('2.0' AS DOUBLE)
          WHEN "t3"."mode" = 'train'
          THEN CAST('2.0' AS DOUBLE)
          ELSE CAST(NULL AS DOUBLE)
        END IS NULL
      )
    )
    THEN 'no-value-least'
    WHEN (
      "t3"."scene" = 'trial_ride'
    )
    AND NOT (
      COALESCE(
        "t3"."distance_km" >= CASE
          WHEN "t3"."mode" = 'bus'
          THEN CAST('2.0' AS DOUBLE)
          WHEN "t3"."mode" = 'metro'
          THEN CAST('2.0' AS DOUBLE)
          WHEN "t3"."mode" = 'walk'
          THEN CAST('2.0' AS DOUBLE)
          WHEN "t3"."mode" = 'train'
          THEN CAST('2.0' AS DOUBLE)
          ELSE CAST(NULL AS DOUBLE)
        END,
        FALSE
      )
    )
    THEN 'too-near'
    WHEN (
      "t3"."scene" = 'trial_ride'
    )
    AND NOT (
      COALESCE(COALESCE("t3"."item_count", CAST('1.0' AS DOUBLE)) <= CAST('3.0' AS DOUBLE), FALSE)
    )
    THEN 'too-many'
    WHEN (
      "t3"."scene" = 'trial_ride'
    )
    AND (
      (
        "t3"."reduction_g" IS NULL
      )
      AND (
        CASE
          WHEN "t3"."mode" = 'bus'
          THEN CAST('44.6' AS DOUBLE)
          WHEN "t3"."mode" = 'metro'
          THEN CAST('21.2' AS DOUBLE)
          WHEN "t3"."mode" = 'walk'
          THEN CAST('0.0' AS DOUBLE)
          ELSE CAST(NULL AS DOUBLE)
        END IS NULL
      )
    )
    THEN 'no-value-per_km'
    WHEN (
      "t3"."scene" = 'trial_ride'
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
    "t2"."mode",
    "t2"."item_count",
    "t2"."reduction_g",
    "t2"."reduction_size",
    "t2"."region" BETWEEN '420000' AND '429999'
    AND (
      "t2"."day" >= MAKE_DATE(2024, 3, 1)
    )
    AND (
      "t2"."day" < MAKE_DATE(2024, 9, 1)
    )
    AND (
      NOT "t2"."day" IS NULL
    )
    AND (
      (
        "t2"."scene" = 'trial_ride'
      )
      AND (
        NOT "t2"."reduction_g" IS NULL
      )
      AND NOT (
        COALESCE(NOT (
          "t2"."evidence" = 'fare_record'
        ), FALSE)
      )
      AND (
        "t2"."distance_km" >= CAST('0.0' AS DOUBLE)
      )
      AND (
        (
          "t2"."mode" = 'bus'
        )
        OR (
          "t2"."mode" = 'metro'
        )
        OR (
          "t2"."mode" = 'walk'
        )
        OR (
          "t2"."mode" = 'boat'
        )
        OR (
          "t2"."mode" = 'train'
        )
      )
      AND COALESCE(COALESCE("t2"."item_count", CAST('1.0' AS DOUBLE)) >= CAST('0.0' AS DOUBLE), TRUE)
      AND (
        "t2"."distance_km" >= CASE
          WHEN "t2"."mode" = 'bus'
          THEN CAST('2.0' AS DOUBLE)
          WHEN "t2"."mode" = 'metro'
          THEN CAST('2.0' AS DOUBLE)
          WHEN "t2"."mode" = 'walk'
          THEN CAST('2.0' AS DOUBLE)
          WHEN "t2"."mode" = 'train'
          THEN CAST('2.0' AS DOUBLE)
          ELSE CAST(NULL AS DOUBLE)
        END
      )
      AND (
        COALESCE("t2"."item_count", CAST('1.0' AS DOUBLE)) <= CAST('3.0' AS DOUBLE)
      )
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
      "t1"."mode",
      "t1"."item_count",
      CASE
        WHEN "t1"."scene" = 'trial_ride'
        THEN (
          (
            "t1"."distance_km" * CASE
              WHEN "t1"."mode" = 'bus'
              THEN CAST('44.6' AS DOUBLE)
              WHEN "t1"."mode" = 'metro'
              THEN CAST('21.2' AS DOUBLE)
              WHEN "t1"."mode" = 'walk'
              THEN CAST('0.0' AS DOUBLE)
              ELSE CAST(NULL AS DOUBLE)
            END
          ) / NULLIF(COALESCE("t1"."item_count", CAST('1.0' AS DOUBLE)), CAST('0.0' AS DOUBLE))
        ) * CAST('1.0' AS DOUBLE)
        ELSE CAST(NULL AS DOUBLE)
      END AS "reduction_g",
      CASE
        WHEN "t1"."scene" = 'trial_ride'
        THEN (
          (
            ABS("t1"."distance_km") * CAST('44.6' AS DOUBLE)
          ) / NULLIF(ABS(COALESCE("t1"."item_count", CAST('1.0' AS DOUBLE))), CAST('0.0' AS DOUBLE))
        ) * ABS(CAST('1.0' AS DOUBLE))
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
        END AS "distance_km",
        "t0"."mode",
        CASE
          WHEN ABS("t0"."item_count") <= CAST('1e+300' AS DOUBLE)
          THEN "t0"."item_count"
          ELSE CAST(NULL AS DOUBLE)
        END AS "item_count"
      FROM "records" AS "t0"
    ) AS "t1"
  ) AS "t2"
) AS "t3"
