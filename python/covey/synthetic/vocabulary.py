"""The words of the synthetic shop: themes, product types, brands and phrases.

A *theme* is three product types that the same people like; a *tier* is a price
level. Both are planted, so both can be looked for.
"""

from __future__ import annotations

# theme: three rows of product type, category, usual price in cents.
THEMES: dict[str, tuple[tuple[str, str, int], ...]] = {
    "coffee": (
        ("Espresso Beans", "Coffee & Tea", 1190),
        ("Coffee Filters", "Coffee & Tea", 390),
        ("Coffee Mug", "Kitchenware", 990),
    ),
    "tea": (
        ("Leaf Tea", "Coffee & Tea", 790),
        ("Teapot", "Kitchenware", 2990),
        ("Shortbread", "Pantry", 450),
    ),
    "pasta night": (
        ("Pasta", "Pantry", 250),
        ("Pasta Sauce", "Pantry", 380),
        ("Olive Oil", "Pantry", 1090),
    ),
    "breakfast": (
        ("Muesli", "Pantry", 550),
        ("Jam", "Pantry", 430),
        ("Honey", "Pantry", 690),
    ),
    "baking": (
        ("Cake Mix", "Pantry", 420),
        ("Cake Tin", "Kitchenware", 1490),
        ("Mixing Bowl", "Kitchenware", 1790),
    ),
    "cooking": (
        ("Frying Pan", "Kitchenware", 3490),
        ("Chef's Knife", "Kitchenware", 4490),
        ("Chopping Board", "Kitchenware", 1990),
    ),
    "laundry": (
        ("Laundry Liquid", "Cleaning", 890),
        ("Fabric Softener", "Cleaning", 490),
        ("Stain Remover", "Cleaning", 550),
    ),
    "clean home": (
        ("Surface Spray", "Cleaning", 390),
        ("Cleaning Cloths", "Cleaning", 450),
        ("Dishwasher Tabs", "Cleaning", 990),
    ),
    "bathroom": (
        ("Bath Towel", "Bed & Bath", 1690),
        ("Bath Mat", "Bed & Bath", 1990),
        ("Shower Gel", "Beauty & Care", 390),
    ),
    "bedroom": (
        ("Duvet Cover", "Bed & Bath", 4990),
        ("Pillow", "Bed & Bath", 2490),
        ("Scented Candle", "Home Decor", 1490),
    ),
    "living room": (
        ("Picture Frame", "Home Decor", 1290),
        ("Vase", "Home Decor", 2190),
        ("Cushion", "Home Decor", 1890),
    ),
    "skin care": (
        ("Face Cream", "Beauty & Care", 1590),
        ("Hand Cream", "Beauty & Care", 590),
        ("Sun Lotion", "Beauty & Care", 1190),
    ),
    "dog": (
        ("Dog Food", "Pets", 1990),
        ("Dog Treats", "Pets", 490),
        ("Dog Lead", "Pets", 1690),
    ),
    "cat": (
        ("Cat Food", "Pets", 1490),
        ("Cat Litter", "Pets", 1090),
        ("Cat Toy", "Pets", 590),
    ),
    "gardening": (
        ("Flower Seeds", "Garden", 290),
        ("Potting Soil", "Garden", 790),
        ("Garden Gloves", "Garden", 890),
    ),
    "barbecue": (
        ("Charcoal", "Garden", 1090),
        ("Grill Tongs", "Garden", 1390),
        ("Barbecue Sauce", "Pantry", 450),
    ),
    "family games": (
        ("Board Game", "Toys & Games", 2990),
        ("Jigsaw Puzzle", "Toys & Games", 1490),
        ("Playing Cards", "Toys & Games", 690),
    ),
    "nursery": (
        ("Wooden Toy", "Toys & Games", 1990),
        ("Building Blocks", "Toys & Games", 2490),
        ("Colouring Book", "Stationery", 590),
    ),
    "desk": (
        ("Notebook", "Stationery", 890),
        ("Gel Pen", "Stationery", 290),
        ("Desk Organiser", "Stationery", 1790),
    ),
    "fitness": (
        ("Yoga Mat", "Sports & Outdoor", 2990),
        ("Water Bottle", "Sports & Outdoor", 1690),
        ("Resistance Band", "Sports & Outdoor", 1190),
    ),
}
TYPES_PER_THEME = 3

# Price tiers, lowest first: how a usual price is multiplied, and eight brands each.
TIER_FACTORS = (0.65, 1.0, 1.9)
BRANDS: tuple[tuple[str, ...], ...] = (
    ("Basico", "Tidywell", "Penny Lane", "Plainly", "Ourside", "Halma", "Nib", "Qvik"),
    (
        "Fernhill",
        "Harbour Row",
        "Millbrook",
        "Oakleaf",
        "Saltmarsh",
        "Tannenhof",
        "Westerly",
        "Larkfield",
    ),
    (
        "Aurelia",
        "Castellane",
        "Maison Verre",
        "Nordlys",
        "Orsini",
        "Rosenholm",
        "Sterling & Vale",
        "Velvetine",
    ),
)
FOOD_CATEGORIES = ("Pantry", "Coffee & Tea", "Pets", "Cleaning", "Beauty & Care")
FOOD_VARIANTS = (
    "Classic",
    "Organic",
    "Gentle",
    "Golden",
    "Wild",
    "Fresh",
    "Country",
    "Daily",
    "Pure",
    "Sunny",
    "Winter",
    "Reserve",
)
GOODS_VARIANTS = (
    "Ivory",
    "Sage",
    "Slate",
    "Amber",
    "Indigo",
    "Coral",
    "Oak",
    "Charcoal Grey",
    "Ruby",
    "Sand",
    "Teal",
    "Lilac",
)

# fmt: off
FIRST_NAMES: tuple[str, ...] = (
    "ada", "ben", "cem", "dora", "elif", "finn", "greta", "hugo", "ida", "jonas",
    "kira", "luca", "mina", "noor", "otto", "pia", "quinn", "rosa", "sven", "tara",
    "umut", "vera", "willem", "xenia", "yara", "zoe",
)
LAST_NAMES: tuple[str, ...] = (
    "albrecht", "bakker", "celik", "dekker", "eder", "fischer", "gruber", "huber",
    "ivanova", "jansen", "keller", "lehmann", "moser", "nowak", "olsen", "peters",
    "quast", "richter", "schmidt", "tanaka", "urban", "visser", "wagner", "yilmaz",
    "zimmer",
)
# fmt: on
# country code and region; the shares stand beside them in population.py.
REGIONS = (
    ("DE", "Bavaria"),
    ("DE", "Berlin"),
    ("DE", "Hamburg"),
    ("DE", "Hesse"),
    ("DE", "Lower Saxony"),
    ("DE", "Saxony"),
    ("AT", "Tyrol"),
    ("AT", "Vienna"),
    ("NL", "Utrecht"),
    ("NL", "Zeeland"),
)

# Review phrases by rating, 1 to 5; {} takes the product type in lower case.
REVIEW_PHRASES: tuple[tuple[str, ...], ...] = (
    ("The {} broke after a week.", "Very poor {}, I want my money back."),
    ("The {} is not what I expected.", "Arrived late, and the {} is so-so."),
    ("The {} does its job, no more.", "Average {}, fair price."),
    ("Good {}, quick delivery.", "Happy with this {}."),
    ("Best {} I have had, will buy again!", "Love this {}. Recommended."),
)
SUPPORT_PHRASES = (
    "Where is my parcel?",
    "One article was missing, please send it.",
    "My order arrived damaged.",
    "I would like a refund, please.",
    "Third time that the wrong article came.",
    "How do I change my address?",
)
