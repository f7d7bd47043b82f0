SELECT key, value FROM risk.card WHERE model_id = (SELECT max(model_id) FROM risk.scores)
