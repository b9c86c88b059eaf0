SELECT
  CASE
    WHEN "t2"."counts"
    THEN CAST(FLOOR(
      FLOOR(
        (
          CASE
            WHEN ABS("t2"."reduction_g") < CAST('1000000.0' AS DOUBLE)
            THEN "t2"."reduction_g"
            ELSE CAST(NULL AS DOUBLE)
          END * CAST('1000000.0' AS DOUBLE)
        ) + CAST('0.5679' AS DOUBLE)
      ) / CAST('1000.0' AS DOUBLE)
    ) AS BIGINT)
    ELSE NULL
  END AS "reduction_mg",
  CASE
    WHEN "t2"."counts"
    THEN CAST(NULL AS TEXT)
    WHEN NOT (
      COALESCE("t2"."scene" = 'trial', FALSE)
    )
    THEN 'scene-not-covered'
    WHEN NOT (
      COALESCE("t2"."region" <> '000000', FALSE)
    )
    THEN 'region-not-covered'
    WHEN "t2"."day" IS NULL
    THEN 'missing-day'
    WHEN NOT (
      "t2"."day" >= MAKE_DATE(2024, 1, 1)
    )
    THEN 'outside-validity'
    WHEN (
      "t2"."scene" = 'trial'
    ) AND (
      "t2"."distance_km" < CAST('0.0' AS DOUBLE)
    )
    THEN 'negative-distance_km'
    WHEN (
      "t2"."scene" = 'trial'
    )
    AND NOT (
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
    THEN 'unknown-mode'
    WHEN (
      "t2"."scene" = 'trial'
    )
    AND NOT (
      (
        "t2"."power" = 'electric'
      )
      OR (
        "t2"."power" = 'diesel'
      )
      OR (
        "t2"."power" = 'driver''s choice'
      )
    )
    THEN 'unknown-power'
    WHEN (
      "t2"."scene" = 'trial'
    )
    AND (
      (
        "t2"."reduction_g" IS NULL
      )
      AND (
        CASE
          WHEN (
            "t2"."mode" = 'bus'
          ) AND (
            "t2"."power" = 'electric'
          )
          THEN CAST('10.0' AS DOUBLE)
          WHEN (
            "t2"."mode" = 'bus'
          ) AND (
            "t2"."power" = 'diesel'
          )
          THEN CAST('80.5' AS DOUBLE)
          WHEN (
            "t2"."mode" = 'bus'
          ) AND (
            "t2"."power" = 'driver''s choice'
          )
          THEN CAST('50.0' AS DOUBLE)
          WHEN (
            "t2"."mode" = 'metro'
          ) AND (
            "t2"."power" = 'electric'
          )
          THEN CAST('20.0' AS DOUBLE)
          ELSE CAST(NULL AS DOUBLE)
        END IS NULL
      )
    )
    THEN 'no-value-per_km'
    WHEN (
      "t2"."scene" = 'trial'
    ) AND (
      "t2"."reduction_g" IS NULL
    )
    THEN 'no-result'
    ELSE CAST(NULL AS TEXT)
  END AS "refused",
  COALESCE(
    "t2"."counts" AND (
      "t2"."reduction_size" >= CAST('1000000.0' AS DOUBLE)
    ),
    FALSE
  ) AS "inexact"
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
    "t1"."power",
    "t1"."reduction_g",
    "t1"."reduction_size",
    (
      "t1"."region" <> '000000'
    )
    AND (
      "t1"."day" >= MAKE_DATE(2024, 1, 1)
    )
    AND (
      NOT "t1"."day" IS NULL
    )
    AND (
      (
        "t1"."scene" = 'trial'
      )
      AND (
        NOT "t1"."reduction_g" IS NULL
      )
      AND COALESCE("t1"."distance_km" >= CAST('0.0' AS DOUBLE), TRUE)
      AND COALESCE(
        (
          "t1"."mode" = 'bus'
        )
        OR (
          "t1"."mode" = 'metro'
        )
        OR (
          "t1"."mode" = 'walk'
        )
        OR (
          "t1"."mode" = 'boat'
        )
        OR (
          "t1"."mode" = 'train'
        ),
        TRUE
      )
      AND COALESCE(
        (
          "t1"."power" = 'electric'
        )
        OR (
          "t1"."power" = 'diesel'
        )
        OR (
          "t1"."power" = 'driver''s choice'
        ),
        TRUE
      )
    ) AS "counts"
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
      "t0"."power",
      CASE
        WHEN "t0"."scene" = 'trial'
        THEN CASE
          WHEN ABS("t0"."distance_km") <= CAST('1e+300' AS DOUBLE)
          THEN "t0"."distance_km"
          ELSE CAST(NULL AS DOUBLE)
        END * CASE
          WHEN (
            "t0"."mode" = 'bus'
          ) AND (
            "t0"."power" = 'electric'
          )
          THEN CAST('10.0' AS DOUBLE)
          WHEN (
            "t0"."mode" = 'bus'
          ) AND (
            "t0"."power" = 'diesel'
          )
          THEN CAST('80.5' AS DOUBLE)
          WHEN (
            "t0"."mode" = 'bus'
          ) AND (
            "t0"."power" = 'driver''s choice'
          )
          THEN CAST('50.0' AS DOUBLE)
          WHEN (
            "t0"."mode" = 'metro'
          ) AND (
            "t0"."power" = 'electric'
          )
          THEN CAST('20.0' AS DOUBLE)
          ELSE CAST(NULL AS DOUBLE)
        END
        ELSE CAST(NULL AS DOUBLE)
      END AS "reduction_g",
      CASE
        WHEN "t0"."scene" = 'trial'
        THEN ABS(
          CASE
            WHEN ABS("t0"."distance_km") <= CAST('1e+300' AS DOUBLE)
            THEN "t0"."distance_km"
            ELSE CAST(NULL AS DOUBLE)
          END
        ) * CAST('80.5' AS DOUBLE)
        ELSE CAST(NULL AS DOUBLE)
      END AS "reduction_size"
    FROM "records" AS "t0"
  ) AS "t1"
) AS "t2"
