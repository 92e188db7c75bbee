"""A scorecard of optbinning on the same table: how long it takes to fit, and to score all rows at once.

    optbinning_peer.py TABLE.csv.gz OUTCOME EXCLUDED…

Prints seconds and microseconds of processor time as JSON, the least of several runs.
"""

import json
import sys
import time

import pandas
from optbinning import BinningProcess, Scorecard
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

RUNS = 3


def least(work):
    times = []
    for _ in range(RUNS):
        began = time.process_time()
        result = work()
        times.append(time.process_time() - began)
    return min(times), result


table, outcome, *excluded = sys.argv[1:]


def fitted():
    """From the file to the card, as `leadglass fit` goes"""
    rows = pandas.read_csv(table)
    won, answers = rows[outcome], rows.drop(columns=[outcome, *excluded])
    texts = [name for name in answers if not pandas.api.types.is_numeric_dtype(answers[name])]
    binning = BinningProcess(list(answers), categorical_variables=texts)
    card = Scorecard(
        binning_process=binning,
        estimator=LogisticRegression(max_iter=1000),
        scaling_method="pdo_odds",
        scaling_method_params={"pdo": 20, "odds": 1, "scorecard_points": 50},
    )
    return card.fit(answers, won), answers, won


fit, (card, answers, won) = least(fitted)
score, points = least(lambda: card.score(answers))
# Its points fall as the chance to be won rises
auc = roc_auc_score(won, -points)
print(json.dumps({"fit_s": fit, "score_us": score / len(answers) * 1e6, "auc_fitted": auc, "columns": answers.shape[1], "rows": len(answers)}))
