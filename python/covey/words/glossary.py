"""The words that the page uses, in plain language."""

from __future__ import annotations

GLOSSARY: tuple[tuple[str, str], ...] = (
    (
        "As-of date",
        "The day that the page speaks for. Only what was known before it is used.",
    ),
    (
        "Segment",
        "Customers who buy alike. Made from behaviour, not from age or address.",
    ),
    (
        "Recency, frequency (RFM)",
        "How lately and how often somebody bought, each as a score from 1 to 5 with "
        "the same number of customers as far as ties allow. The M is money.",
    ),
    (
        "Predicted chance",
        "How many of 100 customers like this one are expected to do it.",
    ),
    (
        "Margin at stake",
        "For each customer, the margin that would be lost times the predicted chance, "
        "added up. Margins and costs are the business's own settings.",
    ),
    (
        "Expected gain",
        "What a contact is expected to save, less what it costs. Above zero it is "
        "worth making.",
    ),
    (
        "Tenth (decile)",
        "Customers in order of score, cut into ten groups of the same size.",
    ),
    (
        "Times the average (lift)",
        "A group's rate or share over that of all customers; 2 times is twice as much.",
    ),
    (
        "Simple rule (baseline)",
        "What a person would do without a model, such as showing the bestsellers.",
    ),
    (
        "Because of",
        "The customer's own purchase that led most to the suggestion.",
    ),
    (
        "Test period",
        "Weeks after everything that the model had learned from.",
    ),
    (
        "Pseudonym",
        "A customer's code in place of a name. It is shortened here.",
    ),
)
